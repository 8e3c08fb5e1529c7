// What is spoken: `role=status` for results and states, `role=alert` only for errors and "c'est à
// vous"; the clock at 60, 30 and 10 seconds, and never otherwise (experience.md).

const SPOKEN_AT = [60, 30, 10];
const REPEAT_MS = 120; // the same sentence twice is heard twice only when it was gone in between

export class Announcer {
  constructor(root) {
    this.root = root;
    this.waiting = { status: [], alert: [] };
    this.saying = {};
    this.turn = null;
    this.left = Infinity;
  }

  status(sentence) {
    this.say("status", sentence);
  }

  alert(sentence) {
    this.say("alert", sentence);
  }

  /** What is no longer true is not left to be read; whatever else is to be said stays. */
  unsay(manner, sentence) {
    this.waiting[manner] = this.waiting[manner].filter((each) => each !== sentence);
    for (const region of this.regions(manner)) {
      if (region.textContent === sentence) region.textContent = "";
    }
  }

  /** Called with the whole seconds left of my own turn; speaks when 60, 30 or 10 are passed. */
  time(turn, left, sentence) {
    const before = this.turn === turn ? this.left : left;
    Object.assign(this, { turn, left });
    if (left > 0 && SPOKEN_AT.some((at) => left <= at && at < before)) this.status(sentence(left));
  }

  /** What comes before the last sentence was said waits with it: nothing is swallowed. */
  say(manner, sentence) {
    this.waiting[manner].push(sentence);
    for (const region of this.regions(manner)) region.textContent = "";
    clearTimeout(this.saying[manner]);
    this.saying[manner] = setTimeout(() => {
      this.regions(manner).at(-1).textContent = this.waiting[manner].splice(0).join(" ");
    }, REPEAT_MS);
  }

  /** Outside an open dialog everything is inert, live regions included: it has its own, the last. */
  regions(manner) {
    const where = [this.root, this.root.querySelector("dialog[open]")].filter(Boolean);
    return where.map((each) => each.querySelector(`[data-say="${manner}"]`));
  }
}
