// "A tout moment, cliquez sur la cloche pour prendre connaissance des nouveaux messages" (DCI §10).

import { LivePart, copyOf, show, slot, write } from "./part.js";
import * as words from "./words.js";

export class AmphiBell extends LivePart {
  begin() {
    this.button = this.find("button");
    this.panel = this.slotted("panel");
    this.button.addEventListener("click", () => this.toggle(this.panel.hidden));
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.leave());
    this.read = new Set(this.page.here.get("read") ?? []);
    this.known = null;
  }

  changed(change) {
    if (!change.touches("notices") && !change.you) return;
    const notices = this.notices;
    this.slotted("list").replaceChildren(...notices.map(noticeItem));
    show(this.slotted("none"), notices.length === 0);
    this.sayNew(notices);
    if (!this.panel.hidden) this.markRead();
    this.count();
  }

  /** Those to all, to my session, to me alone; the latest first. */
  get notices() {
    const all = [...this.store.view.notices, ...(this.store.you?.notices ?? [])];
    return all.sort((a, b) => b.at.localeCompare(a.at));
  }

  sayNew(notices) {
    const fresh = this.known === null ? [] : notices.filter(({ id }) => !this.known.has(id));
    this.known = new Set(notices.map(({ id }) => id));
    for (const { text } of fresh) {
      this.page.toast(words.aloud.notice(text), "info");
    }
  }

  toggle(isOpen) {
    show(this.panel, isOpen);
    this.button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.markRead();
    this.count();
  }

  leave() {
    if (this.panel.hidden) return;
    this.toggle(false);
    this.button.focus();
  }

  markRead() {
    for (const { id } of this.notices) this.read.add(id);
    this.page.here.set("read", [...this.read]);
  }

  count() {
    const unread = this.notices.filter(({ id }) => !this.read.has(id)).length;
    write(this.slotted("count"), unread > 0 ? String(unread) : "");
    show(this.slotted("count"), unread > 0);
    const told = unread > 0 ? words.plural(unread, "nouveau message", "nouveaux messages") : "aucun nouveau message";
    this.button.setAttribute("aria-label", `Messages de l’ARS, ${told}`);
  }
}

function noticeItem({ text, at }) {
  const item = copyOf("notice-item");
  write(slot(item, "text"), text);
  write(slot(item, "at"), words.at(at));
  return item;
}
