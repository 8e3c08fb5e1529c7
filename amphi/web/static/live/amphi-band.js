// Where I stand: the band of the manual (DCI §10), with what may be done about it.

import { seconds } from "./clock.js";
import { LivePart, show, write } from "./part.js";
import { situation, whom } from "./situation.js";
import * as words from "./words.js";

export class AmphiBand extends LivePart {
  begin() {
    this.ready = this.slotted("ready");
    this.ready.addEventListener("click", () => this.comeBack());
    this.slotted("posts").addEventListener("click", () => this.page.goToPosts());
    this.turn = null;
  }

  directory() {
    this.draw();
  }

  changed() {
    this.draw();
    this.tellTurn();
  }

  draw() {
    const { kind, text, detail, ready } = situation(this.picture);
    this.dataset.kind = kind;
    write(this.slotted("text"), text);
    write(this.slotted("detail"), detail);
    show(this.ready, ready);
    show(this.slotted("posts"), this.picture.isMyGo);
    this.page.entitle(kind === "turn" || kind === "soon" ? text : "");
    if (kind === "soon" && text !== this.said) this.page.announcer.status(text);
    this.said = text;
  }

  /** "Never steal focus or navigate when the turn starts": it is said, and that is all. */
  tellTurn() {
    const turn = this.picture.isMyGo ? this.picture.turn : null;
    const before = this.turn;
    this.turn = turn?.id ?? null;
    if (turn !== null && turn.id !== before) this.tellStart(turn);
    else if (turn === null && before !== null) this.tellEnd();
  }

  tellStart(turn) {
    const left = seconds(this.page.left(turn));
    this.told = words.aloud.turn(left, whom(this.picture));
    this.page.announcer.alert(this.told);
    this.page.alarms.ring(this.slotted("text").textContent);
  }

  tellEnd() {
    this.page.announcer.unsay("alert", this.told);
    if (!this.store.you?.assignment) this.page.announcer.status(words.aloud.turnOver);
  }

  async comeBack() {
    this.ready.disabled = true;
    const answer = await this.page.commands.ask({ type: "ready" });
    this.ready.disabled = false;
    if (answer.type === "refused") this.page.announcer.alert(answer.message);
    else this.page.announcer.status(words.aloud.ready);
    write(this.slotted("answer"), answer.type === "refused" ? answer.message : "");
  }
}
