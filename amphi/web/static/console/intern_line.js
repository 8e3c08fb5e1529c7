// One line for one intern, kept from one drawing to the next.

import { copyOf, slot, write } from "../live/part.js";
import { drawMarks, marksOf } from "./marks.js";
import { named } from "./words.js";

export class InternLines {
  constructor(wall) {
    this.wall = wall;
    this.items = new Map(); // entry → its element
  }

  /** The element of a line of the call list, up to date. */
  of(line) {
    if (!this.items.has(line.entry)) this.items.set(line.entry, copyOf("intern-line"));
    const item = this.items.get(line.entry);
    write(slot(item, "rank"), `#${line.call_rank}`);
    write(slot(item, "name"), named(line));
    slot(item, "name").dataset.intern = line.entry;
    write(slot(item, "des"), line.des);
    drawMarks(slot(item, "marks"), marksOf(this.wall, line));
    return item;
  }
}
