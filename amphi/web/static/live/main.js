// Starts the live page.

import { PARTS, Page } from "./page.js";

for (const [name, part] of Object.entries(PARTS)) customElements.define(name, part);
new Page(document.querySelector("[data-live-page]")).start();
