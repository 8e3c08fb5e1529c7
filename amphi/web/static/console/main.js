// Starts the wall.

import { PARTS, Wall } from "./wall.js";

for (const [name, part] of Object.entries(PARTS)) customElements.define(name, part);
new Wall(document.querySelector("[data-wall]")).start();
