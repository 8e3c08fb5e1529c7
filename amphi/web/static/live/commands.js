// What was asked and is not answered yet: "No answer in 3 s: send the same frame again, also after
// reconnecting" (protocol.md §1). The same id again is the same thing again: one assignment, never two.

const AGAIN_MS = 3000;

export class Commands {
  /** `post(frame)` puts a frame on the wire, or drops it when there is none: it will be sent again. */
  constructor(post, later = setTimeout, never = clearTimeout) {
    this.post = post;
    this.later = (...args) => later(...args);
    this.never = (timer) => never(timer);
    this.waiting = new Map(); // id → { frame, settle, timer }
  }

  /** The answer, accepted or refused; it may take as long as the link is lost. */
  ask(frame) {
    const asked = { id: newId(), ...frame };
    return new Promise((settle) => {
      this.waiting.set(asked.id, { frame: asked, settle, timer: null });
      this.send(asked.id);
    });
  }

  /** The socket is back: everything unanswered, once more. */
  again() {
    for (const id of this.waiting.keys()) this.send(id);
  }

  answered(frame) {
    const one = this.waiting.get(frame.id);
    if (one === undefined) return;
    this.never(one.timer);
    this.waiting.delete(frame.id);
    one.settle(frame);
  }

  send(id) {
    const one = this.waiting.get(id);
    if (one === undefined) return;
    this.never(one.timer);
    this.post(one.frame);
    one.timer = this.later(() => this.send(id), AGAIN_MS);
  }
}

/** A random UUID (RFC 9562 §5.4); `crypto.randomUUID` is missing where a page has no HTTPS. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
