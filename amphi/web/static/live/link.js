// The socket: opened, listened to, missed at once when it is silent, opened again (protocol.md §1).

export const SUBPROTOCOL = "amphi.v1";
const FIRST_DELAY_MS = 2000;
const LONGEST_DELAY_MS = 30_000;
const PING_MS = 4000;
const SILENCE_MS = 8000; // two pings without an answer
const OPENING_MS = 10_000;

// "4400 …, 4401 …: do not come back by yourself."
export const FINAL_CODES = new Set([4400, 4401, 4403, 4408, 4409, 4410, 4429]);

/** "come back, with resume, after a random delay up to 2 s, doubling to 30 s" */
export function delayMs(attempt, random = Math.random) {
  return random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
}

export class Link {
  /**
   * `hello()` gives the first frame of a socket, `heard(frame)` takes every frame but pongs,
   * `changed()` is called when `state` changes: "opening", "up", "lost" (`retryAt` says when it is
   * tried again) or "ended" (`code` says why; only `open()` tries again).
   */
  constructor(address, { hello, heard, changed, clock }) {
    Object.assign(this, { address, hello, heard, changed, clock });
    this.state = "opening";
    this.code = null;
    this.retryAt = null;
    this.lostAt = null;
    this.attempt = 0;
    this.socket = null;
    this.timers = { retry: null, ping: null, opening: null };
  }

  /** Now, whatever was planned. */
  open() {
    this.drop();
    this.socket = new WebSocket(this.address, SUBPROTOCOL);
    this.timers.opening = setTimeout(() => this.lost(this.socket, 1006), OPENING_MS);
    this.listen(this.socket);
    if (this.state === "ended") this.become("opening");
  }

  listen(socket) {
    socket.onopen = () => this.post(this.hello());
    socket.onmessage = ({ data }) => socket === this.socket && this.take(JSON.parse(data));
    socket.onclose = ({ code }) => this.lost(socket, code);
  }

  /** The frame on the wire; false when there is no wire. */
  post(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** The welcome is here: from now on the link is measured. */
  greeted() {
    clearTimeout(this.timers.opening);
    this.attempt = 0;
    this.lostAt = null;
    this.become("up");
    this.ping();
    this.timers.ping = setInterval(() => this.watch(), PING_MS);
  }

  /** Something was missed: the same again, at once, with resume. */
  resync() {
    this.drop();
    this.open();
  }

  /** The page is looked at again, the network is back: is the socket still alive? */
  check() {
    if (this.state === "up") this.watch();
    else if (this.state === "lost") this.open();
  }

  take(frame) {
    this.heardAt = this.clock.monotonic();
    if (frame.type !== "pong") return this.heard(frame);
    this.clock.heard(frame.t, frame.now);
    this.heard(frame);
    return this.changed();
  }

  watch() {
    if (this.clock.monotonic() - this.heardAt > SILENCE_MS) this.lost(this.socket, 1006);
    else this.ping();
  }

  ping() {
    this.post({ type: "ping", t: this.clock.monotonic() });
  }

  lost(socket, code) {
    if (socket !== this.socket || socket === null) return;
    this.drop();
    this.code = code;
    this.lostAt ??= this.clock.monotonic();
    if (FINAL_CODES.has(code)) this.become("ended");
    else this.plan();
  }

  plan() {
    const delay = delayMs(this.attempt);
    this.attempt += 1;
    this.retryAt = this.clock.monotonic() + delay;
    this.timers.retry = setTimeout(() => this.open(), delay);
    this.become("lost");
  }

  drop() {
    clearTimeout(this.timers.retry);
    clearTimeout(this.timers.opening);
    clearInterval(this.timers.ping);
    const socket = this.socket;
    this.socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  become(state) {
    this.state = state;
    this.changed();
  }
}
