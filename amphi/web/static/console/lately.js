// A short list read over HTTP again when something happened, a little later and once for many events.

import { Problem, read } from "../live/directory.js";

const LATER_MS = 300;

export class Lately {
  /** `drawn(items)` is called with what came; what does not come is asked for at the next event. */
  constructor(path, drawn) {
    this.path = path;
    this.drawn = drawn;
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), LATER_MS);
  }

  async ask() {
    try {
      this.drawn((await read(this.path)).items);
    } catch (fault) {
      if (!(fault instanceof Problem || fault instanceof TypeError)) throw fault;
    }
  }
}
