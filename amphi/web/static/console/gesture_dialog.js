// A gesture: what it will do is said first, what is journaled is asked, and only then it is given.

import { show, slot, write } from "../live/part.js";
import { argumentsOf, fillAudience, fillOptions, fillSessions } from "./gesture_form.js";
import { Readiness } from "./readiness.js";
import * as words from "./words.js";

const ON_THE_TURN = new Set(["add_time", "restart_turn", "end_turn"]);

export class GestureDialog {
  constructor(wall, dialog) {
    this.wall = wall;
    this.dialog = dialog;
    this.form = slot(dialog, "form");
    this.form.id = "gesture-form";
    this.readiness = new Readiness(wall.amphi, slot(dialog, "checks"), (ready) => this.overruling(ready));
    this.form.addEventListener("submit", (event) => this.submitted(event));
    slot(dialog, "cancel").addEventListener("click", () => dialog.close());
  }

  get view() {
    return this.wall.store.view;
  }

  /** A button of a gesture, or its shortcut. */
  pressed({ dataset, ariaDisabled }) {
    const template = document.getElementById(`gesture-${dataset.gesture}`);
    if (ariaDisabled === "true") return this.wall.toast(words.gesture.notNow(template.dataset.label), "warning");
    const entry = dataset.entry ?? this.chooser(dataset.gesture);
    if (entry === null) return this.wall.toast(words.gesture.nobody, "warning");
    return this.open(dataset.gesture, template, { entry, id: dataset.id });
  }

  /** Whom a gesture without a named intern is about: undefined when about nobody. */
  chooser(name) {
    if (name === "choose_for") return this.view.turn?.entry ?? null;
    return ON_THE_TURN.has(name) ? this.view.turn?.entry : undefined;
  }

  open(name, template, { entry, id }) {
    Object.assign(this, { name, label: template.dataset.label, busy: false });
    this.turn = template.dataset.about === "turn" && entry === this.view.turn?.entry ? (this.view.turn?.id ?? null) : undefined;
    this.dialog.toggleAttribute("data-danger", "danger" in template.dataset);
    write(slot(this.dialog, "title"), this.label);
    write(slot(this.dialog, "does"), template.dataset.does);
    this.drawWhom(entry);
    this.form.replaceChildren(template.content.cloneNode(true));
    this.fill(entry, id);
    this.drawButton();
    this.refuse("");
    this.readiness.clear();
    if (name === "start") this.readiness.ask();
    this.dialog.showModal();
    this.focus();
  }

  drawWhom(entry) {
    const place = slot(this.dialog, "whom");
    show(place, Boolean(entry));
    if (entry) write(place, words.gesture.whom(this.wall.line(entry)));
  }

  fill(entry, id) {
    const field = (kind) => this.form.querySelector(`[data-kind="${kind}"]`);
    const { sessions, rectifications } = this.view;
    const line = this.wall.line(entry);
    if (field("entry")) field("entry").value = entry;
    if (field("sessions")) fillSessions(field("sessions"), sessions);
    if (field("to")) fillAudience(field("to"), sessions, entry, words.called(line));
    if (field("rectification")) {
      const options = rectifications.map((each) => [each.id, words.asked(this.wall.line(each.entry), each.post, each.reason)]);
      fillOptions(field("rectification"), options);
      field("rectification").value = id ?? options[0]?.[0] ?? "";
    }
    const status = this.form.querySelector('[data-arg="choice_status"]');
    if (status && line?.asked) status.value = line.asked;
  }

  /** "An operator may override red with a reason" (live-rules.md §1): only then it is asked. */
  overruling(ready) {
    const field = this.form.querySelector('[data-arg="override"]');
    field.required = ready === false;
    show(field.closest(".field"), ready === false);
    if (ready === false) field.focus();
  }

  /** The first thing to type; with nothing to type, the button itself: Enter does it. */
  focus() {
    const fields = [...this.form.querySelectorAll('input:not([type="hidden"]), select, textarea')];
    const first = fields.find((field) => field.closest("[hidden]") === null);
    (first ?? slot(this.dialog, "do")).focus();
    first?.select?.();
  }

  // --- while it is open -------------------------------------------------------

  /** The turn this is about may be over before "Enter": then nothing is done. */
  changed() {
    if (this.dialog.open && !this.busy && this.isStale) this.refuse(words.gesture.turnGone);
  }

  get isStale() {
    return this.turn !== undefined && this.turn !== (this.view.turn?.id ?? null);
  }

  async submitted(event) {
    event.preventDefault();
    if (this.busy) return;
    if (this.isStale) return this.refuse(words.gesture.turnGone);
    this.busy = true;
    this.drawButton();
    const answer = await this.wall.desk.give(this.name, this.arguments());
    this.busy = false;
    this.drawButton();
    if (answer.type === "accepted") this.done();
    else this.refuse(answer.message);
  }

  /** Named, the turn cannot be mistaken for the next one, however late the gesture arrives. */
  arguments() {
    const args = argumentsOf(this.form);
    return ON_THE_TURN.has(this.name) && this.turn ? { ...args, turn: this.turn } : args;
  }

  done() {
    this.dialog.close();
    this.wall.toast(words.gesture.done(this.label), "success");
  }

  refuse(sentence) {
    const place = slot(this.dialog, "refusal");
    show(place, sentence !== "");
    write(place, sentence);
  }

  drawButton() {
    const button = slot(this.dialog, "do");
    button.setAttribute("aria-disabled", String(this.busy));
    write(button, this.busy ? words.gesture.working : this.label);
  }
}
