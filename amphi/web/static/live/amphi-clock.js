// Who has the turn and the seconds left, by the conductor's clock. `role=timer` is silent; what is
// spoken of it, at 60, 30 and 10 s, the announcer says.

import { seconds } from "./clock.js";
import { LivePart, show, write } from "./part.js";
import * as words from "./words.js";

export class AmphiClock extends LivePart {
  begin() {
    this.who = this.slotted("who");
    this.time = this.slotted("time");
    this.note = this.slotted("note");
    this.bar = this.slotted("bar");
  }

  changed() {
    const { turn } = this.picture;
    const { isMine, isMyGo } = this.picture;
    this.dataset.turn = turn === null ? "none" : isMyGo ? "mine" : "other";
    write(this.who, this.title(turn, isMine, isMyGo));
    this.tick();
  }

  title(turn, isMine, isMyGo) {
    if (turn === null) return words.clock.nobody;
    if (isMyGo) return words.clock.yours;
    return isMine ? words.clock.given : this.named(turn.entry);
  }

  named(entry) {
    const line = this.page.directory.byEntry.get(entry);
    if (!line) return words.clock.ofSomebody;
    return words.clock.of(`#${line.call_rank} ${line.first_name} ${line.last_name}`);
  }

  directory() {
    this.changed();
  }

  tick() {
    const { turn } = this.picture;
    show(this.time, turn !== null);
    show(this.bar, turn !== null);
    if (turn === null) return write(this.note, "");
    const left = seconds(this.page.left(turn));
    write(this.time, words.clock.left(left));
    this.bar.max = Math.max(left, turn.seconds);
    this.bar.value = left;
    write(this.note, this.noted(turn));
    if (this.picture.isMyGo && turn.deadline && !this.store.frozen) this.speak(turn, left);
  }

  noted(turn) {
    if (this.store.frozen) return words.clock.suspended;
    if (!turn.deadline) return words.clock.paused;
    return turn.prolonged && !this.picture.isMine ? words.clock.prolonged : "";
  }

  speak(turn, left) {
    this.page.announcer.time(turn.id, left, words.clock.aloud);
  }
}
