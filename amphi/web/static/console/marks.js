// What is said of an intern beside the name: connected, state, proxy, flag … by word and icon.

import { copyOf } from "../live/part.js";
import { wordOf } from "./figures.js";

const OVER = new Set(["served", "excluded", "expected_absence"]);

/** The names of the marks of one line of the call list. */
export function marksOf(wall, line) {
  const { view } = wall.store;
  const word = wordOf(view, line.entry);
  const status = view.choice_status?.[line.entry];
  const marks = [
    [!OVER.has(word) && wall.rollCall.known, wall.rollCall.has(line.entry) ? "here" : "away"],
    [view.flags?.[line.entry], "flag"],
    [word !== "waiting", word],
    [view.proxies?.[line.entry], "proxy"],
    [view.extra_seconds?.[line.entry], "extra"],
    [status, "surnombre"],
    [line.asked, "asked"],
  ];
  return marks.filter(([holds]) => holds).map(([, mark]) => mark);
}

/** Draws them, if they are others than before. */
export function drawMarks(place, marks) {
  const key = marks.join(" ");
  if (place.dataset.marks === key) return;
  place.dataset.marks = key;
  place.replaceChildren(...marks.flatMap((mark) => [copyOf(`mark-${mark}`), " "]));
}
