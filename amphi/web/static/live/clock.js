// The conductor's clock, as far as a page can know it: "Deadlines travel as instants; `now` is the
// conductor's clock; the client corrects its own by ping/pong" (protocol.md §1).
// The browser's wall clock is never read: wrong client clocks change nothing.

const UNCERTAIN_MS = 1500; // by which beats and links let the conductor's clock be known late
const KEPT = 8; // samples; the quickest of them is the least wrong

export class Clock {
  /** `monotonic`: milliseconds that never jump. */
  constructor(monotonic = () => performance.now()) {
    this.monotonic = monotonic;
    this.samples = [];
  }

  /** A pong: `sent` is our own instant given back, `now` the conductor's when it was answered. */
  heard(sent, now) {
    const received = this.monotonic();
    const trip = received - sent;
    this.samples = [...this.samples, { trip, offset: Date.parse(now) + trip / 2 - received }];
    this.samples = this.samples.slice(-KEPT);
  }

  /** An instant that came without a question (welcome, resumed): better than nothing. */
  told(now) {
    if (this.samples.length > 0) return;
    this.guess = Date.parse(now) - this.monotonic();
  }

  /** After a sleep of the machine the monotonic clock may have stood still: measure anew. */
  forget() {
    this.samples = [];
  }

  /** Milliseconds of the last round trip; null: not measured yet. */
  get trip() {
    return this.samples.at(-1)?.trip ?? null;
  }

  /** The conductor's instant, in milliseconds since 1970. */
  now() {
    const quickest = this.samples.reduce((a, b) => (b.trip < a?.trip || !a ? b : a), null);
    return this.monotonic() + (quickest?.offset ?? this.guess ?? 0);
  }

  /** Milliseconds left of a turn of the view or of `you`; 90 s never begin with 91. */
  left(turn) {
    const ms = turn.deadline ? Date.parse(turn.deadline) - this.now() : (turn.remaining_ms ?? 0);
    const over = ms - turn.seconds * 1000;
    return Math.max(0, over > 0 && over < UNCERTAIN_MS ? ms - over : ms);
  }
}

/** Whole seconds as shown: the last one shows 1, and 0 is over. */
export const seconds = (ms) => Math.ceil(ms / 1000);
