// The interns in call order: who has the turn (blue frame), me (green frame), what each chose
// (DCI §10). "Ma session" or "Toutes"; "Suivi auto." and "Voir courant".

import { LivePart, copyOf, show, slot, write } from "./part.js";
import * as words from "./words.js";

export class AmphiQueue extends LivePart {
  begin() {
    this.items = new Map(); // entry → its line on screen
    this.list = this.find("ol");
    this.form = this.find("form");
    this.form.addEventListener("input", () => this.draw());
    this.follow = this.form.elements.follow;
    this.slotted("current").addEventListener("click", () => this.goToCurrent());
    for (const moved of ["wheel", "touchmove", "keydown"]) {
      this.list.addEventListener(moved, () => (this.follow.checked = false), { passive: true });
    }
  }

  directory() {
    this.items.clear();
    this.draw();
  }

  changed(change) {
    if (change.touches("session", "sessions")) this.draw();
    else this.patch(change);
    if (change.touches("turn")) this.followOn();
  }

  patch(change) {
    const late = change.touches("late") ? this.store.view.late : [];
    for (const entry of new Set([...change.entries, ...late])) this.drawLine(entry);
    if (change.entries.size > 0) this.tell();
  }

  draw() {
    const lines = this.shown();
    this.list.replaceChildren(...lines.map((line) => this.item(line)));
    for (const line of lines) this.drawLine(line.entry);
    this.tell();
    this.followOn();
  }

  /** The session that runs, or mine when none does; without any, everybody. */
  get session() {
    const { sessions, session } = this.store.view;
    const me = this.picture.me;
    const isMine = (each) => me !== null && each.from <= me.call_rank && me.call_rank <= each.to;
    return sessions.find(isMine) ?? sessions.find((each) => each.n === session) ?? null;
  }

  shown() {
    const { lines } = this.page.directory;
    const { session } = this;
    if (this.form.elements.scope.value === "all" || session === null) return lines;
    return lines.filter(({ call_rank: rank }) => session.from <= rank && rank <= session.to);
  }

  item(line) {
    if (!this.items.has(line.entry)) this.items.set(line.entry, queueItem(line));
    return this.items.get(line.entry);
  }

  drawLine(entry) {
    const item = this.items.get(entry);
    if (item === undefined) return;
    const word = this.picture.word(entry);
    const isMe = this.picture.me?.entry === entry;
    item.dataset.word = word;
    item.classList.toggle("is-me", isMe);
    if (word === "turn") item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
    show(slot(item, "me"), isMe);
    write(slot(item, "word"), this.said(entry, word));
  }

  said(entry, word) {
    const number = this.picture.choices.get(entry);
    if (word !== "served" || number === undefined) return words.ENTRY_WORDS[word] ?? "";
    const post = this.page.directory.posts.get(number);
    const where = post ? ` – ${post.establishment}, ${post.service}` : "";
    return `${words.ENTRY_WORDS.served} ${number}${where}`;
  }

  tell() {
    const { lines } = this.page.directory;
    const count = (word) => lines.filter(({ entry }) => this.picture.word(entry) === word).length;
    const served = words.plural(count("served"), "interne a choisi", "internes ont choisi");
    write(this.slotted("count"), `${served} sur ${lines.length}`);
    write(this.slotted("session"), this.session ? `Session n° ${this.session.n} ·` : "");
  }

  // --- following ------------------------------------------------------------

  /** After the frame is drawn: measuring a list is not for its critical path. */
  followOn() {
    if (this.follow.checked) requestAnimationFrame(() => this.scrollToCurrent());
  }

  goToCurrent() {
    this.scrollToCurrent();
  }

  scrollToCurrent() {
    const item = this.items.get(this.store.view.turn?.entry);
    if (!item?.isConnected) return;
    this.list.scrollTop = item.offsetTop - this.list.clientHeight / 3; // the list is positioned
  }
}

function queueItem(line) {
  const item = copyOf("queue-item");
  write(slot(item, "rank"), `#${line.call_rank}`);
  write(slot(item, "name"), `${line.first_name} ${line.last_name}`);
  return item;
}
