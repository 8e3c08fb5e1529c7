// The fields of a gesture filled and read: `data-arg` names the argument, `data-kind` how it is read.

import { copyOf, slot } from "../live/part.js";
import { instantOf, written } from "./paris.js";

/** The arguments as the wire wants them; an optional field left empty is not sent. */
export function argumentsOf(form) {
  const args = {};
  for (const field of form.querySelectorAll("[data-arg]")) {
    const value = READ[field.dataset.kind]?.(field) ?? field.value.trim();
    const isLeftOut = value === "" && !field.required && field.dataset.kind !== "entry";
    if (!isLeftOut) put(args, field.dataset.arg.split("."), value);
  }
  return args;
}

const READ = {
  number: (field) => Number(field.value),
  json: (field) => JSON.parse(field.value),
  codes: (field) => field.value.split(/[,;\s]+/).filter(Boolean),
  sessions: (field) => [...field.children].map(sessionOf),
};

function put(args, [first, ...rest], value) {
  if (rest.length === 0) args[first] = value;
  else put((args[first] ??= {}), rest, value);
}

function sessionOf(fields) {
  const { n, from, to } = fields.dataset;
  const ranks = { n: Number(n), from_rank: Number(from), to_rank: Number(to) };
  const ends = slot(fields, "to").value;
  const session = { ...ranks, starts_at: instantOf(slot(fields, "from").value) };
  return ends ? { ...session, ends_at: instantOf(ends) } : session;
}

/** The sessions of the view as fields. */
export function fillSessions(place, sessions) {
  place.replaceChildren(...sessions.map(sessionFields));
}

function sessionFields({ n, from, to, starts_at: starts, ends_at: ends }) {
  const fields = copyOf("session-fields");
  Object.assign(fields.dataset, { n, from, to });
  slot(fields, "legend").textContent = `Session ${n} : rangs ${from} à ${to}`;
  for (const [name, instant] of [["from", starts], ["to", ends]]) {
    const input = slot(fields, name);
    input.id = `session-${n}-${name}`;
    slot(fields, `${name}-label`).htmlFor = input.id;
    if (instant) input.value = written(instant);
  }
  return fields;
}

/** Whom a notice may be for. */
export function fillAudience(select, sessions, entry, name) {
  const options = [["all", "Tout l’amphithéâtre"], ...sessions.map(({ n }) => [`session:${n}`, `La session ${n}`])];
  if (entry) options.unshift([`entry:${entry}`, name]);
  fillOptions(select, options);
}

export function fillOptions(select, options) {
  const made = options.map(([value, text]) => {
    const option = document.createElement("option");
    option.value = value;
    option.textContent = text;
    return option;
  });
  select.replaceChildren(...made);
}
