// "Appeler à l'aide" raises a flag on the operators' wall; pressed again, it is lowered.

import { LivePart, show, write } from "./part.js";
import * as words from "./words.js";

export class AmphiHelp extends LivePart {
  begin() {
    this.button = this.find("button");
    this.button.addEventListener("click", () => this.press());
    this.asking = false;
  }

  changed(change) {
    if (!change.you && !change.fresh) return;
    const { you } = this.store;
    show(this, you !== null);
    this.button.setAttribute("aria-pressed", String(Boolean(you?.flag)));
    write(this.slotted("label"), you?.flag ? "Aide demandée" : "Appeler à l’aide");
  }

  async press() {
    if (this.asking) return;
    this.asking = true;
    const raising = !this.store.you?.flag;
    const answer = await this.page.commands.ask({ type: "help" });
    this.asking = false;
    if (answer.type === "refused") return this.page.announcer.alert(answer.message);
    return this.page.announcer.status(raising ? words.aloud.flagUp : words.aloud.flagDown);
  }
}
