// The wall of one amphi: the live page's store, clock and commands; the link with a ticket; the parts.

import { AmphiClock } from "../live/amphi-clock.js";
import { AmphiLink } from "../live/amphi-link.js";
import { AmphiState } from "../live/amphi-state.js";
import { Announcer } from "../live/announce.js";
import { Clock } from "../live/clock.js";
import { Commands } from "../live/commands.js";
import { Directory } from "../live/directory.js";
import { keptHere } from "../live/kept.js";
import { LivePart } from "../live/part.js";
import { Picture } from "../live/picture.js";
import { Store } from "../live/store.js";
import { toast } from "../components/toast.js";
import { Desk } from "./desk.js";
import { DeskLink } from "./desk_link.js";
import { GestureDialog } from "./gesture_dialog.js";
import { InternDialog } from "./intern_dialog.js";
import { Keys } from "./keys.js";
import { RollCall } from "./roll_call.js";
import { WallFigures } from "./wall-figures.js";
import { WallFlags } from "./wall-flags.js";
import { WallInterns } from "./wall-interns.js";
import { WallLog } from "./wall-log.js";
import { WallNext } from "./wall-next.js";
import { WallTools } from "./wall-tools.js";
import { WallTurn } from "./wall-turn.js";
import { WallTurns } from "./wall-turns.js";

const TICK_MS = 250;
const NAMES_AGAIN_MS = 5000;
const NEW_LISTS = new Set(["AmphiValidated", "OfferReplaced", "CallListReplaced", "PostAdded", "ProxyGranted", "ProxyAccepted", "ProxyCancelled", "ChoiceStatusDecided"]);

export const PARTS = {
  "amphi-state": AmphiState,
  "amphi-link": AmphiLink,
  "amphi-clock": AmphiClock,
  "wall-tools": WallTools,
  "wall-turn": WallTurn,
  "wall-figures": WallFigures,
  "wall-flags": WallFlags,
  "wall-next": WallNext,
  "wall-log": WallLog,
  "wall-turns": WallTurns,
  "wall-interns": WallInterns,
};

export class Wall {
  constructor(root) {
    const { amphi, socket, turnSeconds } = root.dataset;
    this.amphi = amphi;
    this.turnSeconds = Number(turnSeconds);
    this.isEstranged = false; // a ticket makes an operator of us, or nobody
    this.clock = new Clock();
    this.store = new Store();
    this.rollCall = new RollCall();
    this.directory = new Directory(amphi, "/admin/api/amphis");
    this.picture = new Picture(this.store, this.directory);
    this.here = keptHere("amphi:console");
    this.announcer = new Announcer(root);
    this.commands = new Commands((frame) => this.link.post(frame));
    this.link = new DeskLink(amphi, socket, this.ears());
    this.desk = new Desk(amphi, this.link, this.commands);
    this.gestures = new GestureDialog(this, document.getElementById("gesture"));
    this.intern = new InternDialog(this, document.getElementById("intern"));
    this.keys = new Keys(this, document.getElementById("keys"));
    this.parts = [...root.querySelectorAll("*")].filter((each) => each instanceof LivePart);
    this.token = null;
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
    document.addEventListener("click", (event) => this.clicked(event));
    for (const event of ["online", "pageshow", "focus"]) window.addEventListener(event, () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  wake() {
    this.clock.forget();
    this.link.check();
  }

  /** Every button that names a gesture or an intern, wherever it stands. */
  clicked(event) {
    const button = event.target.closest("[data-gesture], [data-intern]");
    if (button === null) return;
    if (button.dataset.intern) this.intern.open(button.dataset.intern);
    else this.gestures.pressed(button);
  }

  // --- frames ---------------------------------------------------------------

  hello() {
    const said = { type: "hello", resume: this.store.resume, as: null };
    return this.token === null ? said : { ...said, resume_token: this.token };
  }

  hear(frame) {
    this.token = frame.resume_token ?? this.token;
    if (frame.type === "accepted" || frame.type === "refused") return this.commands.answered(frame);
    if (frame.type === "presence") return this.called(frame);
    const change = this.store.hear(frame);
    if (change === "gap") return this.link.resync();
    if (frame.type === "welcome" || frame.type === "resumed") this.greet(frame);
    return change === null ? undefined : this.tell(change);
  }

  called(frame) {
    this.rollCall.hear(frame);
    this.draw();
  }

  greet({ now }) {
    this.rollCall.begin();
    this.clock.told(now);
    this.link.greeted();
    this.commands.again();
  }

  tell(change) {
    this.picture.follow(change);
    for (const part of this.parts) part.changed(change);
    this.gestures.changed();
    this.intern.draw();
    if (change.events.some(({ kind }) => NEW_LISTS.has(kind))) this.readNames();
  }

  /** Names or presence changed: every part that shows them. */
  draw() {
    for (const part of this.parts) part.directory?.();
    this.intern.draw();
  }

  // --- names ----------------------------------------------------------------

  async readNames() {
    clearTimeout(this.naming);
    try {
      await this.directory.load();
    } catch (fault) {
      if (!(fault instanceof Error)) throw fault;
      this.naming = setTimeout(() => this.readNames(), NAMES_AGAIN_MS);
      return;
    }
    document.documentElement.dataset.names = "here";
    fillPosts(this.directory.posts);
    this.draw();
  }

  line(entry) {
    return this.directory.byEntry.get(entry);
  }

  // --- what parts ask for ---------------------------------------------------

  /** Milliseconds of a turn as shown: they stand still in an incident, told before it is journaled. */
  left(turn) {
    if (!this.store.frozen || this.shown?.turn !== turn.id) {
      this.shown = { turn: turn.id, ms: this.clock.left(turn) };
    }
    return this.shown.ms;
  }

  comeBack() {
    this.token = null;
    this.link.open();
  }

  toast(text, kind) {
    toast(text, kind);
  }
}

/** What may be typed where a post is asked for: its number, with where it is. */
function fillPosts(posts) {
  const options = [...posts.values()].map((post) => {
    const option = document.createElement("option");
    option.value = post.number;
    option.label = [post.establishment, post.service].filter(Boolean).join(", ");
    return option;
  });
  document.getElementById("posts").replaceChildren(...options);
}
