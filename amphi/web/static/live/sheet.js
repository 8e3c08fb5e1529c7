// The sheet of a post: number, establishment, service, DES, reserved or not, and the rest.

import { slot, write } from "./part.js";
import { reservation } from "./post_row.js";

const FIELDS = ["number", "establishment", "department", "service", "supervisor", "des", "earmark", "imotep"];

/** `sheet` holds the slots; a line with nothing to say is left out. */
export function drawSheet(sheet, post) {
  for (const field of FIELDS) fill(sheet, field, post[field]);
  fill(sheet, "reserved", reservation(post));
}

function fill(sheet, field, text) {
  const place = slot(sheet, field);
  write(place, text);
  place.closest("div").hidden = text === "";
}
