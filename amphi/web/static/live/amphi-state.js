// The state of the amphi in words, paused and frozen with their reasons (live-rules.md §1, §10).

import { seconds } from "./clock.js";
import { LivePart, copyOf, show, slot, write } from "./part.js";
import * as words from "./words.js";

export class AmphiState extends LivePart {
  begin() {
    this.badge = this.slotted("badge");
    this.hold = document.getElementById("hold");
    this.text = slot(this.hold, "text");
    this.was = { paused: null, frozen: null };
  }

  changed(change) {
    if (!change.touches("phase", "paused", "frozen") && !change.outage) return;
    const { view, frozen } = this.store;
    const state = frozen ? "FROZEN" : view.phase;
    if (this.badge.dataset.phase !== state) this.drawBadge(state);
    document.documentElement.dataset.hold = frozen ? "frozen" : view.paused ? "paused" : "";
    show(this.hold, frozen || Boolean(view.paused));
    this.tick();
    this.say({ paused: view.paused?.reason ?? null, frozen });
  }

  drawBadge(state) {
    this.badge.dataset.phase = state;
    this.badge.replaceChildren(copyOf(`phase-${state}`));
  }

  tick() {
    const { view, frozen, outage } = this.store;
    if (frozen) write(this.text, this.frozenText(outage ?? view.frozen));
    else if (view.paused) write(this.text, words.paused(view.paused.reason, words.at(view.paused.since)));
  }

  /** "an announced countdown of 10 s" (live-rules.md §10) */
  frozenText({ cause, thaw_at: thawAt }) {
    const text = words.frozen(words.CAUSES[cause]);
    if (!thawAt) return text;
    const left = Math.max(0, seconds(Date.parse(thawAt) - this.page.clock.now()));
    return `${text} ${words.thaw(left)}`;
  }

  say(is) {
    const { was } = this;
    this.was = is;
    const { aloud } = words;
    if (is.frozen !== was.frozen && was.frozen !== null) return this.status(is.frozen ? aloud.frozen : aloud.thawed);
    if (is.paused !== was.paused) this.status(is.paused ? aloud.paused(is.paused) : aloud.resumed);
  }

  status(sentence) {
    this.page.announcer.status(sentence);
  }
}
