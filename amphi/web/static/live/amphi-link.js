// The link, always to be seen: "liaison 42 ms", "liaison perdue"; and, while it is lost, since when
// what is shown is old. "never a silent stale screen" (experience.md).

import { seconds } from "./clock.js";
import { LivePart, show, slot, write } from "./part.js";
import * as words from "./words.js";

export class AmphiLink extends LivePart {
  begin() {
    this.state = this.slotted("state");
    this.band = document.getElementById("lost");
    for (const button of this.band.querySelectorAll("[data-again]")) {
      button.addEventListener("click", () => this.page.comeBack());
    }
    this.linked();
  }

  linked() {
    const { link } = this.page;
    const shown = this.isFinal(link) ? "final" : link.state;
    this.dataset.link = shown;
    document.documentElement.dataset.link = shown;
    write(this.state, this.said(link));
    const wasLost = this.was === "lost" || this.was === "ended";
    if (link.state !== this.was) this.say(link, wasLost);
    this.was = link.state === "opening" ? this.was : link.state;
    this.drawBand(link);
  }

  /** A closed amphi changes no more: what is shown is neither stale nor a fault. */
  isFinal({ state, code }) {
    return state === "ended" && code === 4410;
  }

  said(link) {
    if (link.state !== "up") return words.link[link.state];
    const { trip } = this.page.clock;
    return words.link.up(trip === null ? null : Math.max(1, Math.round(trip)));
  }

  say(link, wasLost) {
    if (link.state === "lost" && !wasLost) this.page.announcer.status(words.link.lostAloud);
    if (link.state === "up" && wasLost) this.page.announcer.status(words.link.backAloud);
    if (link.state !== "ended") return;
    const [sentence] = this.ending(link);
    if (this.isFinal(link)) this.page.announcer.status(sentence);
    else this.page.announcer.alert(sentence);
  }

  /** A sign-in that is over is recognised by its code, or by being taken for a spectator. */
  drawBand(link) {
    const estranged = this.page.isEstranged;
    show(this.band, link.state === "lost" || link.state === "ended" || estranged);
    this.band.classList.toggle("notice--danger", !this.isFinal(link));
    this.band.classList.toggle("notice--info", this.isFinal(link));
    if (this.band.hidden) return;
    const signIn = estranged || link.code === 4401;
    const [text, again] = estranged ? words.ENDINGS[4401] : this.sentence(link);
    write(slot(this.band, "text"), text);
    write(slot(this.band, "again"), again);
    show(slot(this.band, "sign-in"), signIn);
    show(slot(this.band, "retry"), link.state === "lost");
  }

  sentence(link) {
    if (link.state === "ended") return this.ending(link);
    const at = this.store.seenAt;
    return [at ? words.link.lostSince(words.at(at)) : words.link.lostAloud, "Réessayer maintenant"];
  }

  ending({ code }) {
    return words.ENDINGS[code] ?? [words.link.ended, "Réessayer"];
  }

  changed() {
    if (this.page.isEstranged !== this.estranged) this.drawBand(this.page.link);
    this.estranged = this.page.isEstranged;
  }

  tick() {
    const { link, clock } = this.page;
    if (link.state !== "lost") return;
    const left = Math.max(0, seconds(link.retryAt - clock.monotonic()));
    write(slot(this.band, "retry"), words.link.retryIn(left));
  }
}
