// The live page: a store that hears the frames, the link that brings them, the parts that draw them.

import { Alarms } from "./alarms.js";
import { AmphiBand } from "./amphi-band.js";
import { AmphiBell } from "./amphi-bell.js";
import { AmphiClock } from "./amphi-clock.js";
import { AmphiConfirm } from "./amphi-confirm.js";
import { AmphiHelp } from "./amphi-help.js";
import { AmphiLink } from "./amphi-link.js";
import { AmphiLog } from "./amphi-log.js";
import { AmphiMe } from "./amphi-me.js";
import { AmphiPosts } from "./amphi-posts.js";
import { AmphiQueue } from "./amphi-queue.js";
import { AmphiSheet } from "./amphi-sheet.js";
import { AmphiState } from "./amphi-state.js";
import { Announcer } from "./announce.js";
import { Clock } from "./clock.js";
import { Commands } from "./commands.js";
import { Directory } from "./directory.js";
import { keptHere, keptInTab } from "./kept.js";
import { Link } from "./link.js";
import { LivePart } from "./part.js";
import { Picture } from "./picture.js";
import { Store } from "./store.js";
import { toast } from "../components/toast.js";

const TICK_MS = 250;
const NAMES_AGAIN_MS = 5000;
const LATELY_MS = 1500; // the server may give a list a second old
const NEW_LISTS = new Set(["OfferReplaced", "CallListReplaced", "PostAdded", "AmphiPublished"]);

export const PARTS = {
  "amphi-state": AmphiState,
  "amphi-link": AmphiLink,
  "amphi-clock": AmphiClock,
  "amphi-band": AmphiBand,
  "amphi-me": AmphiMe,
  "amphi-posts": AmphiPosts,
  "amphi-queue": AmphiQueue,
  "amphi-confirm": AmphiConfirm,
  "amphi-sheet": AmphiSheet,
  "amphi-bell": AmphiBell,
  "amphi-help": AmphiHelp,
  "amphi-log": AmphiLog,
};

export class Page {
  /** `root` says which amphi, in which of my roles, and whether I am known to take part in it. */
  constructor(root) {
    const { amphi, as, participant } = root.dataset;
    this.as = as || null;
    this.isParticipant = participant === "yes";
    this.title = document.title;
    this.clock = new Clock();
    this.store = new Store();
    this.directory = new Directory(amphi);
    this.picture = new Picture(this.store, this.directory);
    this.kept = keptInTab(`amphi:${amphi}:${as}`);
    this.here = keptHere(`amphi:${amphi}`);
    this.announcer = new Announcer(root);
    this.alarms = new Alarms(document.getElementById("alarms"), this.here);
    this.commands = new Commands((frame) => this.link.post(frame));
    this.link = new Link(address(amphi), this.ears());
    this.parts = [...root.querySelectorAll("*")].filter((each) => each instanceof LivePart);
    this.token = null;
    this.naming = null; // the timer that asks for names again
  }

  ears() {
    return {
      clock: this.clock,
      hello: () => this.hello(),
      heard: (frame) => this.hear(frame),
      changed: () => this.parts?.forEach((part) => part.linked()),
    };
  }

  start() {
    for (const part of this.parts) part.attach(this);
    this.link.open();
    this.readNames();
    setInterval(() => this.parts.forEach((part) => part.tick()), TICK_MS);
    document.querySelector("[data-to-posts]").addEventListener("click", (event) => this.skip(event));
    for (const event of ["online", "pageshow", "focus"]) window.addEventListener(event, () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  /** After a sleep, or an incident, the samples are worth nothing; a dead socket is found out now. */
  wake() {
    this.clock.forget();
    this.link.check();
  }

  // --- frames ---------------------------------------------------------------

  hello() {
    const said = { type: "hello", resume: this.store.resume, as: this.as };
    return this.token === null ? said : { ...said, resume_token: this.token };
  }

  hear(frame) {
    this.token = frame.resume_token ?? this.token;
    if (frame.type === "accepted" || frame.type === "refused") return this.commands.answered(frame);
    performance.mark("amphi:heard");
    const change = this.store.hear(frame);
    if (change === "gap") return this.link.resync();
    if (frame.type === "state") this.wake();
    if (frame.type === "welcome" || frame.type === "resumed") this.greet(frame);
    if (change !== null) this.tell(change);
    return performance.measure(`amphi:${frame.type}`, "amphi:heard");
  }

  /** Another gateway, perhaps another conductor: its clock is measured from the beginning. */
  greet({ now }) {
    this.clock.forget();
    this.clock.told(now);
    this.link.greeted();
    this.commands.again();
    if (this.naming) this.readNames();
  }

  tell(change) {
    this.picture.follow(change);
    for (const part of this.parts) part.changed(change);
    if (change.events.some(({ kind }) => NEW_LISTS.has(kind))) {
      setTimeout(() => this.readNames(), LATELY_MS);
    }
  }

  // --- names ----------------------------------------------------------------

  /** Until they are there: without names the page shows numbers, and says that it waits. */
  async readNames() {
    clearTimeout(this.naming);
    this.naming = null;
    try {
      await this.directory.load();
    } catch (fault) {
      if (fault.code !== "amphi_not_open") this.naming = setTimeout(() => this.readNames(), NAMES_AGAIN_MS);
      return;
    }
    document.documentElement.dataset.names = "here";
    for (const part of this.parts) part.directory?.();
  }

  // --- what parts ask for ---------------------------------------------------

  get isLinked() {
    return this.link.state === "up";
  }

  get isEnded() {
    return this.link.state === "ended";
  }

  /** I take part in this amphi, and am taken for a spectator: my sign-in is over. */
  get isEstranged() {
    return this.isParticipant && this.store.role === "spectator";
  }

  /** By hand: a sign-in may have changed, so that the old token counts no more. */
  comeBack() {
    if (this.isEnded || this.isEstranged) this.token = null;
    this.link.open();
  }

  /** Milliseconds of a turn as shown: they stand still in an incident, told before it is journaled. */
  left(turn) {
    if (!this.store.frozen || this.shown?.turn !== turn.id) {
      this.shown = { turn: turn.id, ms: this.clock.left(turn) };
    }
    return this.shown.ms;
  }

  select(number) {
    this.part("amphi-confirm").open(number);
  }

  goToPosts() {
    this.part("amphi-posts").goTo();
  }

  skip(event) {
    event.preventDefault();
    this.goToPosts();
  }

  part(name) {
    return this.parts.find((part) => part.localName === name);
  }

  /** In the corner, where it is spoken too; but not while a dialog makes the corner inert. */
  toast(text, kind) {
    toast(text, kind);
    if (document.querySelector("dialog[open]")) this.announcer.status(text);
  }

  entitle(text) {
    const title = text ? `${text} — ${this.title}` : this.title;
    if (document.title !== title) document.title = title;
  }
}

function address(amphi) {
  const { protocol, host } = location;
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}/ws/amphis/${encodeURIComponent(amphi)}`;
}
