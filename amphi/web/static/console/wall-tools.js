// The gestures' buttons: which may be tried in this phase is written on each; no rules here.

import { LivePart, show } from "../live/part.js";

export class WallTools extends LivePart {
  begin() {
    this.draw();
  }

  changed(change) {
    if (change.touches("phase", "turn")) this.draw();
  }

  /** Not `disabled`, which would take the focus away from somebody who stands on it. */
  draw() {
    const { phase } = this.store.view;
    const { seq } = this.store;
    for (const button of document.querySelectorAll("[data-phases]:is(button)")) {
      const possible = seq === 0 || button.dataset.phases.split(" ").includes(phase);
      button.setAttribute("aria-disabled", String(!possible));
    }
    this.drawTurn();
    for (const about of ["preparation", "offer"]) this.drawGroup(about);
  }

  /** Here they are about whoever has the turn; for others there is the intern's own sheet. */
  drawTurn() {
    if (this.store.seq === 0 || this.store.view.turn) return;
    for (const button of this.find('[data-about="turn"]').querySelectorAll("button")) {
      button.setAttribute("aria-disabled", "true");
    }
  }

  /** A group of which nothing is possible is not shown. */
  drawGroup(about) {
    const group = this.find(`[data-about="${about}"]`);
    show(group, group.querySelector('[aria-disabled="false"]') !== null);
  }
}
