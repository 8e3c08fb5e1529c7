// The posts of the offer: filters, by service or by post, pages, states in words (DCI §10.2).

import { EVERYTHING, byService, chosen, indexed, paged, sorted, valuesOf } from "./offer.js";
import { LivePart, copyOf, show, slot, write } from "./part.js";
import { drawPost, postRow } from "./post_row.js";
import * as words from "./words.js";

export class AmphiPosts extends LivePart {
  begin() {
    Object.assign(this, { index: [], rows: new Map(), groups: new Map(), folded: new Set() });
    this.order = { by: "number", down: false };
    this.number = 1;
    this.table = this.find("table");
    this.form = this.find("form");
    this.form.addEventListener("input", () => this.turnTo(1));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", () => queueMicrotask(() => this.turnTo(1)));
    this.table.addEventListener("keydown", (event) => this.walk(event));
    for (const button of this.querySelectorAll("[data-sort]")) {
      button.addEventListener("click", () => this.sortBy(button.dataset.sort));
    }
    for (const step of this.querySelectorAll("[data-step]")) {
      step.addEventListener("click", () => this.turnTo(this.number + Number(step.dataset.step)));
    }
  }

  /** The offer came, or came again: another version of it, a post more. */
  directory() {
    const posts = [...this.page.directory.posts.values()];
    this.index = indexed(posts);
    this.offerChoices("des", valuesOf(posts, "des"));
    this.offerChoices("department", valuesOf(posts, "department"));
    this.draw();
  }

  changed(change) {
    if (this.index.length === 0) return;
    if (change.fresh || (change.you && this.hasNewTurn())) this.draw();
    else if (change.posts.size > 0 && this.mustListAgain()) this.draw();
    else this.patch(change.you ? this.rows.keys() : change.posts);
  }

  /** The list is drawn afresh once when my turn comes; then lines stay where they are. */
  hasNewTurn() {
    const turn = this.store.you?.turn?.id ?? null;
    const isNew = turn !== null && turn !== this.turn && !this.contains(document.activeElement);
    this.turn = turn;
    return isNew;
  }

  /** A line never jumps away under a pointer, a focus, or somebody whose seconds run. */
  mustListAgain() {
    const busy = this.picture.isMine || this.table.matches(":hover, :focus-within");
    return this.filters.state !== "all" && !busy;
  }

  get filters() {
    return { ...EVERYTHING, ...Object.fromEntries(new FormData(this.form)) };
  }

  turnTo(number) {
    this.number = number;
    this.draw();
  }

  sortBy(field) {
    this.order = { by: field, down: this.order.by === field && !this.order.down };
    this.turnTo(1);
  }

  // --- drawing --------------------------------------------------------------

  draw() {
    const { filters, picture } = this;
    const posts = chosen(this.index, filters, picture);
    const grouped = filters.by !== "post";
    const size = Number(filters.size ?? 30);
    const page = paged(grouped ? byService(posts) : sorted(posts, this.order), this.number, size);
    this.number = page.number;
    this.table.classList.toggle("is-by-service", grouped);
    this.keepingFocus(() => this.fill(page.items, grouped));
    this.tell(posts.length, page);
    this.drawSorting(grouped);
  }

  fill(items, grouped) {
    this.rows.clear();
    this.groups.clear();
    const bodies = grouped ? items.map((group) => this.groupBody(group)) : [this.body(items)];
    for (const old of [...this.table.tBodies]) old.remove();
    this.table.append(...bodies);
  }

  body(posts) {
    const body = document.createElement("tbody");
    body.setAttribute("role", "rowgroup");
    body.append(...posts.map((post) => this.row(post)));
    return body;
  }

  row(post) {
    const row = postRow(post, (number) => this.page.select(number));
    drawPost(row, this.picture);
    this.rows.set(post.number, row);
    return row;
  }

  groupBody(group) {
    const body = this.body(group.posts);
    const head = copyOf("service-row");
    const fold = slot(head, "fold");
    write(slot(head, "name"), `${group.first.establishment} – ${group.first.service}`);
    write(slot(head, "more"), [group.first.supervisor, group.first.department].filter(Boolean).join(" · "));
    fold.addEventListener("click", () => this.fold(body, group.key));
    body.prepend(head);
    for (const post of group.posts) this.groups.set(post.number, { head, group });
    this.drawFold(body, !this.folded.has(group.key));
    this.drawGroup(group.first.number);
    return body;
  }

  fold(body, key) {
    const isOpen = this.folded.has(key);
    if (isOpen) this.folded.delete(key);
    else this.folded.add(key);
    this.drawFold(body, isOpen);
  }

  drawFold(body, isOpen) {
    slot(body, "fold").setAttribute("aria-expanded", String(isOpen));
    for (const row of body.querySelectorAll("[data-post]")) show(row, isOpen);
  }

  /** "2 disponibles – 4 postes", as the manual has it (DCI §9.2.1.2). */
  drawGroup(number) {
    const { head, group } = this.groups.get(number);
    const free = group.posts.filter((post) => this.picture.isOpen(post.number)).length;
    const count = words.plural(group.posts.length, "poste", "postes");
    write(slot(head, "count"), `${words.plural(free, "disponible", "disponibles")} – ${count}`);
  }

  patch(numbers) {
    for (const number of numbers) {
      if (!this.rows.has(number)) continue;
      drawPost(this.rows.get(number), this.picture);
      if (this.groups.has(number)) this.drawGroup(number);
    }
  }

  // --- around the table -----------------------------------------------------

  tell(count, page) {
    const free = this.index.filter(({ post }) => this.picture.isOpen(post.number)).length;
    const shown = words.plural(count, "poste affiché", "postes affichés");
    write(this.slotted("count"), `${shown} · ${words.plural(free, "disponible", "disponibles")} en tout`);
    write(this.slotted("page"), `Page ${page.number} sur ${page.pages}`);
    show(this.slotted("pages"), page.pages > 1);
    show(this.slotted("none"), count === 0);
    this.find('[data-step="-1"]').disabled = page.number === 1;
    this.find('[data-step="1"]').disabled = page.number === page.pages;
  }

  drawSorting(grouped) {
    for (const button of this.querySelectorAll("[data-sort]")) {
      const { by, down } = this.order;
      const mine = !grouped && button.dataset.sort === by;
      button.disabled = grouped;
      button.closest("th").ariaSort = mine ? (down ? "descending" : "ascending") : "none";
    }
  }

  offerChoices(name, values) {
    const select = this.form.elements[name];
    const kept = select.value;
    select.replaceChildren(select.options[0], ...values.map((value) => new Option(value, value)));
    select.value = values.includes(kept) ? kept : "";
  }

  /** A redrawn table gives the focus back to the same post. */
  keepingFocus(draw) {
    const focused = this.table.contains(document.activeElement) ? document.activeElement : null;
    const number = focused?.closest("[data-post]")?.dataset.post;
    draw();
    const row = this.rows.get(number);
    if (row) (slot(row, "choose").hidden ? row : slot(row, "choose")).focus({ preventScroll: true });
  }

  /** Up and down go from one post that may be chosen to the next. */
  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...this.table.querySelectorAll('[data-slot="choose"]:not([hidden])')];
    const next = buttons[buttons.indexOf(document.activeElement) + step];
    if (!step || !buttons.includes(document.activeElement) || !next) return;
    event.preventDefault();
    next.focus();
  }

  /** Where the page takes somebody who asks for the posts: on one's turn, to the first of them. */
  goTo() {
    const first = this.table.querySelector('[data-slot="choose"]:not([hidden])');
    (first ?? this.slotted("title")).focus();
  }
}
