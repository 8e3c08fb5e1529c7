// Who asks for help, since when; and the rectifications that wait for a second agent.

import { LivePart, copyOf, show, slot, write } from "../live/part.js";
import { arrange } from "./arrange.js";
import { second } from "./paris.js";
import * as words from "./words.js";

export class WallFlags extends LivePart {
  begin() {
    this.items = new Map();
    this.raised = null;
  }

  changed(change) {
    if (change.touches("flags", "rectifications")) this.draw();
  }

  directory() {
    this.draw();
  }

  draw() {
    const flags = Object.entries(this.store.view.flags ?? {}).sort(([, a], [, b]) => a.localeCompare(b));
    arrange(this.slotted("list"), flags.map(([entry, since]) => this.flag(entry, since)));
    show(this.slotted("none"), flags.length === 0);
    write(this.slotted("count"), flags.length ? `(${flags.length})` : "");
    this.say(new Set(flags.map(([entry]) => entry)));
    this.drawAsked(this.store.view.rectifications ?? []);
  }

  flag(entry, since) {
    if (!this.items.has(entry)) this.items.set(entry, copyOf("flag-line"));
    const item = this.items.get(entry);
    const line = this.page.line(entry);
    write(slot(item, "name"), words.called(line));
    slot(item, "name").dataset.intern = entry;
    write(slot(item, "since"), `depuis ${second(since)}`);
    slot(item, "lower").dataset.entry = entry;
    write(slot(item, "whose"), ` la demande de ${words.named(line)}`);
    return item;
  }

  /** A new one is worth a sentence. */
  say(raised) {
    const fresh = this.raised ? [...raised].filter((entry) => !this.raised.has(entry)) : [];
    this.raised = raised;
    for (const entry of fresh) this.page.announcer.status(`${words.called(this.page.line(entry))} demande de l’aide.`);
  }

  drawAsked(all) {
    show(this.slotted("rectifications"), all.length > 0);
    const items = all.map(({ id, entry, post, reason }) => {
      const item = copyOf("asked-line");
      write(slot(item, "text"), words.asked(this.page.line(entry), post, reason));
      slot(item, "approve").dataset.id = id;
      return item;
    });
    this.slotted("asked").replaceChildren(...items);
  }
}
