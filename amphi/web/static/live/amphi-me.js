// Who I am in this amphi: name, order of passage, type of choice and presence (DCI §9.1).

import { LivePart, show, write } from "./part.js";
import * as words from "./words.js";

export class AmphiMe extends LivePart {
  changed(change) {
    if (change.you || change.fresh) this.draw();
  }

  directory() {
    this.draw();
  }

  draw() {
    const { you } = this.store;
    const { me } = this.picture;
    show(this, you !== null && me !== null);
    if (this.hidden) return;
    write(this.slotted("name"), `#${me.call_rank} ${me.first_name} ${me.last_name}`);
    write(this.slotted("des"), me.des);
    write(this.slotted("status"), words.CHOICE_STATUSES[you.choice_status]);
    write(this.slotted("presence"), you.expected_absence ? "Absence prévue" : "Présence attendue");
    write(this.slotted("extra"), you.extra_seconds > 0 ? `+ ${you.extra_seconds} s à chaque tour` : "");
  }
}
