// What the others choose, read aloud to whoever asks for it: "Others' picks in an opt-in role=log".

import { LivePart, write } from "./part.js";
import * as words from "./words.js";

const KEPT = 20; // lines

export class AmphiLog extends LivePart {
  begin() {
    this.list = this.slotted("log");
    this.wanted = this.find("input");
    this.wanted.checked = this.page.here.get("log") === true;
    this.wanted.addEventListener("change", () => this.switch());
    this.list.hidden = !this.wanted.checked;
  }

  switch() {
    this.page.here.set("log", this.wanted.checked);
    this.list.hidden = !this.wanted.checked;
    if (!this.wanted.checked) this.list.replaceChildren();
  }

  changed(change) {
    if (!this.wanted.checked) return;
    for (const event of change.events) if (event.kind === "PostChosen") this.add(event);
  }

  add({ entry, post: number }) {
    const post = this.page.directory.posts.get(number);
    const where = post ? `${number}, ${post.establishment}, ${post.service}` : number;
    const line = document.createElement("p");
    write(line, words.aloud.picked(this.picture.name(entry), where));
    this.list.append(line);
    while (this.list.childElementCount > KEPT) this.list.firstElementChild.remove();
  }
}
