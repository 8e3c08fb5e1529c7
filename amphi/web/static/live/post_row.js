// One line of the table of posts: made once, then patched where it changed.

import { copyOf, show, slot, write } from "./part.js";
import * as words from "./words.js";

const TOLD = ["number", "des", "establishment", "service", "supervisor", "earmark", "imotep", "department"];

/** `choose(number)` when the button of the line is pressed. */
export function postRow(post, choose) {
  const row = copyOf("post-row");
  row.dataset.post = post.number;
  for (const field of TOLD) write(slot(row, field), post[field]);
  write(slot(row, "reserved"), reservation(post));
  row.classList.toggle("is-reserved", post.reserved_for.length > 0);
  const button = slot(row, "choose");
  button.setAttribute("aria-label", `Choisir le poste ${post.number}, ${post.establishment}, ${post.service}`);
  button.addEventListener("click", () => choose(post.number));
  return row;
}

export const reservation = (post) =>
  post.reserved_for.length === 0 ? "Non" : words.confirm.reserved(post.reserved_for);

/** State in words, icon and pattern; who has it; the button when the post may be chosen now. */
export function drawPost(row, picture) {
  const number = row.dataset.post;
  const state = picture.postState(number);
  if (row.dataset.state !== state) drawState(row, state);
  write(slot(row, "by"), picture.holders(number).join(", "));
  drawButton(row, picture.mayChoose(number));
}

function drawState(row, state) {
  row.dataset.state = state;
  write(slot(row, "state"), words.POST_STATES[state]);
  slot(row, "icon").replaceChildren(copyOf(`icon-${state}`));
}

/** A focus that would vanish with the button goes to its line, and nowhere else. */
function drawButton(row, shown) {
  const button = slot(row, "choose");
  if (!shown && document.activeElement === button) row.focus();
  show(button, shown);
}
