// Who is connected, by entry: "the full list after welcome, then differences" (protocol.md §1).

export class RollCall {
  constructor() {
    this.here = new Set();
    this.known = false;
  }

  /** A welcome: the next frame tells everybody. */
  begin() {
    this.here.clear();
    this.known = false;
  }

  hear({ here, gone }) {
    for (const entry of gone) this.here.delete(entry);
    for (const entry of here) this.here.add(entry);
    this.known = true;
  }

  has(entry) {
    return this.here.has(entry);
  }
}
