// The last turns with the time that was charged: who took long, who was not there.

import { LivePart, copyOf, show, slot, write } from "../live/part.js";
import { Lately } from "./lately.js";
import * as words from "./words.js";

const HOW_MANY = 10;
const ENDS = new Set(["PostChosen", "TurnMissed"]);

export class WallTurns extends LivePart {
  begin() {
    this.turns = [];
    const path = `/admin/api/amphis/${encodeURIComponent(this.page.amphi)}/turns?limit=${HOW_MANY}`;
    this.lately = new Lately(path, (turns) => this.take(turns));
  }

  changed(change) {
    if (change.fresh || change.events.some(({ kind }) => ENDS.has(kind))) this.lately.soon();
  }

  take(turns) {
    this.turns = turns;
    this.directory();
  }

  directory() {
    this.slotted("list").replaceChildren(...this.turns.map((turn) => this.item(turn)));
    show(this.slotted("none"), this.turns.length === 0);
  }

  item(turn) {
    const item = copyOf("log-line");
    slot(item, "at").remove();
    write(slot(item, "text"), words.called(this.page.line(turn.entry)));
    write(slot(item, "who"), words.turnTaken(turn));
    return item;
  }
}
