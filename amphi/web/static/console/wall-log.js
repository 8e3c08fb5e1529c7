// The gestures of all operators, with who and why, as they are journaled.

import { LivePart, copyOf, show, slot, write } from "../live/part.js";
import { arrange } from "./arrange.js";
import { Lately } from "./lately.js";
import { second } from "./paris.js";

const HOW_MANY = 12;
const NOT_GESTURES = new Set(["TurnStarted", "TurnAttended", "LatecomerPlaced", "LatecomerLeft", "FlagRaised", "SessionEnded"]);

export class WallLog extends LivePart {
  begin() {
    this.items = new Map();
    const path = `/admin/api/journal?amphi=${encodeURIComponent(this.page.amphi)}&limit=${HOW_MANY}`;
    this.lately = new Lately(path, (lines) => this.draw(lines));
  }

  changed(change) {
    if (change.fresh || change.events.some(({ kind }) => !NOT_GESTURES.has(kind))) this.lately.soon();
  }

  draw(lines) {
    arrange(this.slotted("list"), lines.map((line) => this.item(line)));
    show(this.slotted("none"), lines.length === 0);
  }

  item(line) {
    const key = `${line.source}-${line.number}`;
    if (!this.items.has(key)) this.items.set(key, logLine(line));
    return this.items.get(key);
  }
}

function logLine({ at, said, whom, why, name }) {
  const item = copyOf("log-line");
  const time = slot(item, "at");
  time.dateTime = at;
  write(time, second(at));
  write(slot(item, "text"), [said, whom].filter(Boolean).join(" — "));
  write(slot(item, "who"), why ? `${name} : « ${why} »` : name);
  return item;
}
