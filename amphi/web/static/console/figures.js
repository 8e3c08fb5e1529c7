// Where the amphi is, in figures: pure functions of the view and the call list.

const WAITING = "waiting";

/** The word of an entry in the view; waiting when it has none. */
export const wordOf = (view, entry) => view.entries[entry] ?? WAITING;

/** "the one with the turn + late ones + waiting entries" in call order (protocol.md §1). */
export function upcoming(view, lines) {
  const chooser = view.turn ? [view.turn.entry] : [];
  const waiting = lines.map(({ entry }) => entry).filter((entry) => wordOf(view, entry) === WAITING);
  return [...chooser, ...view.late, ...waiting];
}

/** How many are in each state; `here` counts only those who may still be called. */
export function counts(view, lines, rollCall) {
  const coming = upcoming(view, lines);
  const count = (word) => lines.filter(({ entry }) => wordOf(view, entry) === word).length;
  return {
    coming: coming.length,
    here: coming.filter((entry) => rollCall.has(entry)).length,
    served: count("served"),
    missed: count("missed"),
    all: lines.length,
  };
}

/**
 * The running session against the timetable; null when none runs. Instants in milliseconds:
 * `planned` (its announced end, or its length at full turns), `end` (as things go: the median time
 * of a turn for each who is to come), `drift` (how much later than planned).
 */
export function plan(view, lines, { now, left, turnSeconds }) {
  const session = view.sessions.find(({ n }) => n === view.session);
  if (session === undefined) return null;
  const each = (view.pace?.median_s ?? turnSeconds) * 1000;
  const inside = new Set(lines.filter(({ call_rank: rank }) => session.from <= rank && rank <= session.to).map(({ entry }) => entry));
  const called = new Set([view.turn?.entry, ...view.late]);
  const waiting = upcoming(view, lines).filter((entry) => !called.has(entry) && inside.has(entry));
  const end = now + Math.min(left, each) + (waiting.length + view.late.length) * each;
  const planned = plannedEnd(session, inside.size, turnSeconds);
  return { planned, end, drift: end - planned };
}

function plannedEnd(session, interns, turnSeconds) {
  if (session.ends_at) return Date.parse(session.ends_at);
  return Date.parse(session.starts_at) + interns * turnSeconds * 1000;
}
