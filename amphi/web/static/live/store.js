// What the page holds of the amphi: the view, and the patches upon it. It knows no rules:
// "A client needs no rules" (protocol.md §1). Pure: no socket, no clock, no document.

import { mergePatch } from "./merge_patch.js";

const NOTHING = { phase: "PLANNED", sessions: [], late: [], entries: {}, posts: {}, notices: [] };

/** What a frame changed: `entries` and `posts` name the lines to draw again, `keys` the rest. */
export class Change {
  constructor({ fresh = false } = {}) {
    this.fresh = fresh; // everything is to be drawn again
    this.keys = new Set(); // of the view
    this.entries = new Set();
    this.posts = new Set();
    this.you = false;
    this.outage = false;
    this.events = [];
  }

  /** Whether one of these keys of the view is to be drawn again. */
  touches(...keys) {
    return this.fresh || keys.some((key) => this.keys.has(key));
  }
}

export class Store {
  constructor() {
    this.epoch = null;
    this.seq = 0;
    this.role = null; // spectator, intern, proxy
    this.view = NOTHING;
    this.you = null;
    this.outage = null; // the last `state` frame, when it said frozen
    this.seenAt = null; // the instant of the last thing heard, by the conductor's clock
  }

  /** For the hello of a socket that comes back. */
  get resume() {
    return this.epoch === null ? null : { epoch: this.epoch, seq: this.seq };
  }

  get frozen() {
    return this.outage !== null || this.view.frozen !== undefined;
  }

  /** The Change of one frame; null: nothing changed; "gap": what came before is missing. */
  hear(frame) {
    const handler = HANDLERS[frame.type];
    return handler === undefined ? null : handler(this, frame);
  }
}

const HANDLERS = { welcome, resumed, event, you, state };

function welcome(store, frame) {
  const { epoch, seq, role, view, you: mine, now } = frame;
  Object.assign(store, { epoch, seq, role, you: mine, outage: null, seenAt: now });
  store.view = { ...NOTHING, ...view };
  return new Change({ fresh: true });
}

function resumed(store, frame) {
  const change = new Change();
  for (const each of frame.frames) {
    if (apply(store, each, change) === "gap") return "gap";
  }
  change.outage = store.outage !== null;
  change.you = true;
  Object.assign(store, { role: frame.role ?? store.role, you: frame.you, outage: null });
  store.seenAt = frame.now;
  return change;
}

function event(store, frame) {
  return apply(store, frame, new Change());
}

/** "`from` is the `seq` of the frame before; if it is not what I last saw: reconnect with resume" */
function apply(store, frame, change) {
  if (frame.from !== store.seq) return "gap";
  const before = store.view;
  store.view = mergePatch(before, frame.patch);
  store.seq = frame.seq;
  store.seenAt = frame.at;
  note(change, before, frame);
  return change;
}

function note(change, before, { patch, events }) {
  for (const key of Object.keys(patch)) change.keys.add(key);
  for (const entry of Object.keys(patch.entries ?? {})) change.entries.add(entry);
  for (const number of Object.keys(patch.posts ?? {})) noteChosen(change, before, patch, number);
  if ("turn" in patch) [before.turn?.entry, patch.turn?.entry].forEach((e) => e && change.entries.add(e));
  change.events.push(...events);
}

function noteChosen(change, before, patch, number) {
  change.posts.add(number);
  const chosenBy = [...(before.posts[number]?.by ?? []), ...(patch.posts[number]?.by ?? [])];
  for (const entry of chosenBy) change.entries.add(entry);
}

function you(store, frame) {
  const { type: _, ...mine } = frame;
  store.you = mine;
  const change = new Change();
  change.you = true;
  return change;
}

/** "unnumbered, told at once" (live-rules.md §10). */
function state(store, frame) {
  store.outage = frame.state === "frozen" ? frame : null;
  const change = new Change();
  change.outage = true;
  return change;
}
