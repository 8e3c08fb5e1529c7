// What is spoken: `role=status` for results and states, `role=alert` only for errors and "c'est à
// vous"; the clock at 60, 30 and 10 seconds, and never otherwise (experience.md).

const SPOKEN_AT = [60, 30, 10];
const REPEAT_MS = 120; // the same sentence twice is heard twice only when it was gone in between

export class Announcer {
  constructor(root) {
    this.root = root;
    this.turn = null;
    this.left = Infinity;
  }

  status(sentence) {
    this.say("status", sentence);
  }

  alert(sentence) {
    this.say("alert", sentence);
  }

  /** Called with the whole seconds left of my own turn; speaks when 60, 30 or 10 are passed. */
  time(turn, left, sentence) {
    const before = this.turn === turn ? this.left : left;
    Object.assign(this, { turn, left });
    if (left > 0 && SPOKEN_AT.some((at) => left <= at && at < before)) this.status(sentence(left));
  }

  /** Outside an open dialog everything is inert, live regions included: it has its own. */
  say(manner, sentence) {
    const where = this.root.querySelector("dialog[open]") ?? this.root;
    const region = where.querySelector(`[data-say="${manner}"]`);
    region.textContent = "";
    clearTimeout(region.saying);
    region.saying = setTimeout(() => (region.textContent = sentence), REPEAT_MS);
  }
}
