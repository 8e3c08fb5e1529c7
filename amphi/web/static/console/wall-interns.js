// All interns, looked for by name, rank or DES, or by state; a thousand of them cost thirty lines.

import { LivePart, write } from "../live/part.js";
import { plain } from "../live/offer.js";
import { arrange } from "./arrange.js";
import { upcoming, wordOf } from "./figures.js";
import { InternLines } from "./intern_line.js";
import { named, found } from "./words.js";

const SHOWN = 30;

export class WallInterns extends LivePart {
  begin() {
    this.lines = new InternLines(this.page);
    this.form = this.find("form");
    this.form.addEventListener("input", () => this.draw());
    this.form.addEventListener("submit", (event) => event.preventDefault());
  }

  changed() {
    this.draw();
  }

  directory() {
    this.draw();
  }

  draw() {
    const wanted = this.wanted();
    arrange(this.slotted("list"), wanted.slice(0, SHOWN).map((line) => this.lines.of(line)));
    write(this.slotted("found"), found(wanted.length, SHOWN));
  }

  wanted() {
    const { look, state } = this.form.elements;
    const words = plain(look.value).split(" ").filter(Boolean);
    const fits = this.inState(state.value);
    return this.page.directory.lines.filter((line) => fits(line) && isAbout(line, words));
  }

  inState(state) {
    const { view } = this.store;
    const { rollCall, directory } = this.page;
    const coming = new Set(state === "away" ? upcoming(view, directory.lines) : []);
    const tests = {
      "": () => true,
      unserved: ({ entry }) => wordOf(view, entry) !== "served",
      away: ({ entry }) => coming.has(entry) && !rollCall.has(entry),
      flag: ({ entry }) => Boolean(view.flags?.[entry]),
      proxy: ({ entry }) => Boolean(view.proxies?.[entry]),
      asked: ({ asked }) => asked !== null,
    };
    return tests[state] ?? (({ entry }) => wordOf(view, entry) === state);
  }

  /** For the shortcut. */
  look() {
    this.form.elements.look.focus();
    this.form.elements.look.select();
  }
}

/** A number is a rank; every other word is looked for in name and DES. */
function isAbout(line, words) {
  const text = plain(`${named(line)} ${line.des}`);
  return words.every((word) => (/^\d+$/.test(word) ? String(line.call_rank) === word : text.includes(word)));
}
