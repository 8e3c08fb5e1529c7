// Where one is: who is there, what is done, the pace, the end as things go against the timetable.

import { LivePart, write } from "../live/part.js";
import { counts, plan } from "./figures.js";
import { hour } from "./paris.js";
import * as words from "./words.js";

const NONE = "—";
const TICKS = 8; // every two seconds: the end moves slowly

export class WallFigures extends LivePart {
  begin() {
    this.ticks = 0;
  }

  changed() {
    this.drawCounts();
    this.drawPlan();
  }

  directory() {
    this.changed();
  }

  tick() {
    this.ticks += 1;
    if (this.ticks % TICKS === 0) this.drawPlan();
  }

  drawCounts() {
    const { view } = this.store;
    const figures = counts(view, this.page.directory.lines, this.page.rollCall);
    const present = this.page.rollCall.known ? `${figures.here} sur ${figures.coming}` : NONE;
    write(this.slotted("here"), present);
    write(this.slotted("left"), String(figures.coming));
    write(this.slotted("served"), `${figures.served} sur ${figures.all}`);
    write(this.slotted("missed"), String(figures.missed));
    write(this.slotted("pace"), view.pace ? words.pace(view.pace) : NONE);
  }

  drawPlan() {
    const { view } = this.store;
    const { clock, turnSeconds, directory } = this.page;
    const left = view.turn ? this.page.left(view.turn) : 0;
    const now = clock.now();
    const plans = plan(view, directory.lines, { now, left, turnSeconds });
    write(this.slotted("planned"), plans ? hour(plans.planned, now) : NONE);
    write(this.slotted("end"), plans ? hour(plans.end, now) : NONE);
    write(this.slotted("drift"), plans ? words.drift(plans.drift) : NONE);
  }
}
