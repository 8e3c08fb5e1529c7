// The ten who come next, connected or away.

import { LivePart, show } from "../live/part.js";
import { arrange } from "./arrange.js";
import { upcoming } from "./figures.js";
import { InternLines } from "./intern_line.js";

const HOW_MANY = 10;

export class WallNext extends LivePart {
  begin() {
    this.list = this.slotted("list");
    this.lines = new InternLines(this.page);
  }

  changed() {
    const { view } = this.store;
    const { lines } = this.page.directory;
    const after = upcoming(view, lines).filter((entry) => entry !== view.turn?.entry);
    const shown = after.slice(0, HOW_MANY).map((entry) => this.page.line(entry)).filter(Boolean);
    arrange(this.list, shown.map((line) => this.lines.of(line)));
    show(this.slotted("none"), shown.length === 0 && lines.length > 0);
  }

  directory() {
    this.changed();
  }
}
