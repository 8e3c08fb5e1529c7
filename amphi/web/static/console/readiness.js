// The readiness list inside the dialog that starts a session: red lines block, the others warn.

import { Problem, read } from "../live/directory.js";
import { gesture as words } from "./words.js";

export class Readiness {
  /** `told(ready)`: whether nothing is red; null while nobody knows. */
  constructor(amphi, place, told) {
    this.told = told;
    this.path = `/admin/api/amphis/${encodeURIComponent(amphi)}/readiness`;
    this.place = place;
  }

  clear() {
    this.place.replaceChildren();
    this.asked = null;
  }

  async ask() {
    const asked = {};
    this.asked = asked;
    this.told(null);
    this.tell([words.checking]);
    const [ready, sentences] = await this.lines();
    if (this.asked !== asked) return;
    this.tell(sentences);
    this.told(ready);
  }

  async lines() {
    try {
      const { ready, lines } = await read(this.path);
      const told = lines.map(({ level, text }) => `${words[level]} : ${text}`);
      return [ready, ready ? [words.ready, ...told] : told];
    } catch (fault) {
      if (!(fault instanceof Problem || fault instanceof TypeError)) throw fault;
      return [null, [words.unchecked]];
    }
  }

  tell(sentences) {
    const list = document.createElement("ul");
    list.className = "wall__checks";
    list.append(...sentences.map(item));
    this.place.replaceChildren(list);
  }
}

function item(text) {
  const made = document.createElement("li");
  made.textContent = text;
  return made;
}
