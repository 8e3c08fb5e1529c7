// The recap and "Oui je confirme" (DCI §10.1): one click here is the choice, and it is final. The
// dialog never stops the clock; double click, two tabs, back button: one choice.

import { seconds } from "./clock.js";
import { newId } from "./commands.js";
import { LivePart, show, slot, write } from "./part.js";
import { drawSheet } from "./sheet.js";
import * as words from "./words.js";

export class AmphiConfirm extends LivePart {
  begin() {
    this.dialog = this.find("dialog");
    this.yes = this.slotted("yes");
    this.yes.addEventListener("click", () => this.confirm());
    this.slotted("no").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.closed());
    this.number = null;
    this.sent = null; // { id, turn, post }: confirmed, not answered yet
    this.slotted("resume").addEventListener("click", () => this.open(this.page.kept.get("selected").number));
  }

  open(number) {
    const post = this.page.directory.posts.get(number);
    if (post === undefined || this.sent !== null) return;
    this.number = number;
    this.turn = this.picture.turn?.id;
    this.page.kept.set("selected", { number, turn: this.turn });
    drawSheet(this.slotted("sheet"), post);
    this.explain("");
    this.dialog.showModal();
    this.draw();
  }

  /** Esc and "Annuler" let the selection go, unless the link is why; what is confirmed stays so. */
  closed() {
    if (this.sent === null && this.page.isLinked) this.page.kept.set("selected", null);
    this.number = null;
    this.drawKept();
  }

  async confirm() {
    if (this.sent !== null || !this.picture.mayChoose(this.number)) return;
    await this.send({ id: newId(), turn: this.picture.turn.id, post: this.number });
  }

  /** Kept in the tab until it is answered: a reload asks the same id again, the same choice. */
  async send(choice) {
    this.sent = choice;
    this.page.kept.set("sent", choice);
    this.draw();
    this.settle(await this.page.commands.ask({ type: "choose", ...choice }), choice);
  }

  settle(answer, choice) {
    this.sent = null;
    this.page.kept.set("sent", null);
    if (answer.type === "accepted") this.done(choice.post);
    else this.refuse(answer.message);
    this.draw();
  }

  done(number) {
    this.page.kept.set("selected", null);
    this.dialog.close();
    this.page.announcer.status(words.aloud.chosen(number));
    this.page.part("amphi-sheet").takeFocus();
  }

  refuse(message) {
    this.explain(message, "refused");
    if (this.dialog.open) this.page.announcer.alert(message);
    if (!this.dialog.open || this.store.you?.assignment) this.close();
  }

  /** My choice was made in another tab: what was refused here is said in the corner. */
  close() {
    const { textContent, dataset } = this.slotted("said");
    this.dialog.close();
    if (dataset.kind === "refused") this.page.toast(textContent, "danger");
    this.explain("");
  }

  /** The frames around it: my choice made elsewhere closes it, the rest is said in it. */
  changed(change) {
    this.drawKept();
    if (!this.dialog.open) return;
    if (this.store.you?.assignment && this.sent === null) this.close();
    else if (change.fresh || change.you || change.outage || change.posts.has(this.number)) this.draw();
  }

  linked() {
    if (this.dialog.open) this.draw();
  }

  draw() {
    this.yes.setAttribute("aria-disabled", String(this.sent !== null || !this.isReady));
    show(this.slotted("warning"), this.isReady && this.sent === null);
    if (this.reason !== "") this.explain(this.reason, this.sent === null ? "held" : "sent");
    else if (this.slotted("said").dataset.kind !== "refused") this.explain("");
    this.tick();
  }

  get isReady() {
    return this.picture.mayChoose(this.number) && !this.store.frozen && this.page.isLinked;
  }

  /** Why "Oui" does nothing now, or what became of it. */
  get reason() {
    const { confirm } = words;
    const linked = this.page.isLinked;
    if (this.sent !== null) return linked ? confirm.working : confirm.unlinked;
    if (!linked) return this.page.isEnded ? words.ENDINGS[4401][0] : words.link.lostAloud;
    if (this.isReady) return "";
    const { turn } = this.picture;
    if (!this.picture.isMyGo || turn.id !== this.turn) return confirm.over;
    return this.store.frozen || !turn.deadline ? confirm.held : confirm.gone;
  }

  explain(text, kind = "") {
    const said = this.slotted("said");
    said.dataset.kind = kind;
    write(said, text);
    show(said, text !== "");
  }

  tick() {
    if (!this.dialog.open) return;
    const { turn, isMyGo } = this.picture;
    write(this.slotted("time"), isMyGo ? words.clock.mine(seconds(this.page.left(turn))) : "");
  }

  // --- after a reload -------------------------------------------------------

  /** Names and view are there: what was confirmed and never answered is asked again. */
  directory() {
    const sent = this.page.kept.get("sent");
    if (sent === null || this.sent !== null) return this.drawKept();
    if (this.picture.turn?.id === sent.turn) return void this.send(sent);
    return this.page.kept.set("sent", null);
  }

  /** What was selected before a reload or a new sign-in; offered, never opened by itself. */
  drawKept() {
    const kept = this.page.kept.get("selected");
    const offered = kept !== null && !this.dialog.open && this.picture.mayChoose(kept.number);
    show(this.slotted("kept"), offered);
    if (offered) write(this.slotted("kept-text"), words.confirm.kept(kept.number));
  }
}
