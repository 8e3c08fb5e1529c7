// "La fiche du poste est affichée sur l'écran" (DCI §10.3): my choice, and its receipt.

import { LivePart, show, write } from "./part.js";
import { drawSheet } from "./sheet.js";

export class AmphiSheet extends LivePart {
  /** The button that was pressed is gone with the turn: focus goes on to what came of it. */
  takeFocus() {
    this.isAwaited = true;
    this.draw();
  }

  changed(change) {
    if (change.you || change.fresh) this.draw();
  }

  directory() {
    this.draw();
  }

  draw() {
    const made = this.store.you?.assignment ?? null;
    show(this, made !== null);
    if (made === null) return;
    const post = this.page.directory.posts.get(made.post);
    show(this.slotted("sheet"), post !== undefined);
    if (post) drawSheet(this.slotted("sheet"), post);
    write(this.slotted("receipt"), made.receipt);
    write(this.slotted("seq"), String(made.seq));
    if (this.isAwaited) this.slotted("title").focus();
    this.isAwaited = false;
  }
}
