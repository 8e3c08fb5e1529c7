// The intern who has the turn: connected or away, proxy, extra time, asking for help.

import { LivePart, show } from "../live/part.js";
import { drawMarks, marksOf } from "./marks.js";

export class WallTurn extends LivePart {
  begin() {
    this.marks = this.slotted("marks");
    this.more = this.slotted("more");
  }

  changed() {
    const entry = this.store.view.turn?.entry;
    const line = this.page.line(entry);
    drawMarks(this.marks, line ? marksOf(this.page, line).filter((mark) => mark !== "turn") : []);
    show(this.more, line !== undefined);
    this.more.dataset.intern = entry ?? "";
  }

  directory() {
    this.changed();
  }
}
