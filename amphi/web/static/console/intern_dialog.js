// One intern: what the ARS knows, and what can be done.

import { show, slot, write } from "../live/part.js";
import { wordOf } from "./figures.js";
import { drawMarks, marksOf } from "./marks.js";
import * as words from "./words.js";

// What makes no sense of this intern is not offered; whether it is allowed, the server says.
const SENSIBLE = {
  restore: ({ word }) => word === "excluded",
  exclude: ({ word }) => word !== "excluded" && word !== "served",
  place: ({ word }) => word === "missed",
  lower_flag: ({ flag }) => flag,
  cancel_proxy: ({ proxy }) => proxy,
  rectify: ({ word }) => word === "served",
  choose_for: ({ word }) => word !== "served",
  set_absence: ({ word }) => word !== "served",
  set_extra_time: ({ word }) => word !== "served",
  decide_status_request: ({ word }) => word !== "served",
};

export class InternDialog {
  constructor(wall, dialog) {
    this.wall = wall;
    this.dialog = dialog;
    this.entry = null;
  }

  open(entry) {
    this.entry = entry;
    this.draw(true);
    if (!this.dialog.open) this.dialog.showModal();
  }

  draw(opening = false) {
    const line = this.wall.line(this.entry);
    if (line === undefined || !(opening || this.dialog.open)) return;
    write(slot(this.dialog, "title"), words.called(line));
    drawMarks(slot(this.dialog, "marks"), marksOf(this.wall, line));
    this.drawFacts(line);
    this.drawGestures();
  }

  drawFacts(line) {
    const { view } = this.wall.store;
    const { entry } = line;
    const post = this.wall.picture.choices.get(entry);
    const facts = [
      ["DES", line.des],
      ["Type de choix", words.STATUSES[view.choice_status?.[entry] ?? "STANDARD"]],
      ["Demandé", line.asked && words.STATUSES[line.asked]],
      ["Poste", post],
      ["Tour passé", view.missed?.[entry] && words.MISSED[view.missed[entry]]],
      ["Temps en plus", view.extra_seconds?.[entry] && `${view.extra_seconds[entry]} s`],
      ["Procuration", view.proxies?.[entry] && `${line.holder ?? "mandataire"} (${view.proxies[entry] === "accepted" ? "acceptée" : "pas encore acceptée"})`],
      ["Courriel", line.email],
    ];
    const shown = facts.filter(([, value]) => value);
    const key = JSON.stringify(shown);
    const place = slot(this.dialog, "facts");
    if (place.dataset.key === key) return;
    place.dataset.key = key;
    place.replaceChildren(...shown.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
  }

  drawGestures() {
    const { view } = this.wall.store;
    const { entry } = this;
    const about = { word: wordOf(view, entry), flag: Boolean(view.flags?.[entry]), proxy: Boolean(view.proxies?.[entry]) };
    for (const button of slot(this.dialog, "gestures").children) {
      button.dataset.entry = entry;
      show(button, (SENSIBLE[button.dataset.gesture] ?? (() => true))(about));
    }
  }

  close() {
    this.dialog.close();
  }
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
