// Appointments are in Paris, wherever the operator's machine believes it is.

const ZONE = "Europe/Paris";
const there = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, dateStyle: "short", timeStyle: "short" });
const hours = new Intl.DateTimeFormat("fr-FR", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat("fr-FR", { timeZone: ZONE, weekday: "short", day: "numeric", month: "short" });
const exact = new Intl.DateTimeFormat("fr-FR", { timeZone: ZONE, timeStyle: "medium" });

/** `2026-10-06T13:30`, as a field of a form wants it. */
export const written = (instant) => there.format(new Date(instant)).replace(" ", "T");

/** The instant, in milliseconds, at which a clock in Paris shows this. */
export function instantOf(text) {
  const asIfUtc = Date.parse(`${text}Z`);
  const offset = (at) => Date.parse(`${written(at)}Z`) - Math.floor(at / 60_000) * 60_000;
  const near = asIfUtc - offset(asIfUtc);
  return asIfUtc - offset(near);
}

/** `13:30`; `mar. 6 oct. 13:30` when it is not the day of `now`. */
export function hour(instant, now) {
  const time = hours.format(new Date(instant));
  const isToday = days.format(new Date(instant)) === days.format(new Date(now));
  return isToday ? time : `${days.format(new Date(instant))} ${time}`;
}

/** `13:30:05` */
export const second = (instant) => exact.format(new Date(instant));
