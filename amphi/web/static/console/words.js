// The French of the wall; refusals come with their own sentences.

export const plural = (n, one, many) => `${n} ${n > 1 ? many : one}`;

export const named = (line) => (line ? `${line.first_name} ${line.last_name}` : "un interne");
export const called = (line) => (line ? `#${line.call_rank} ${named(line)}` : "un interne");

/** `1 min 05`, `41 s` */
export function duration(ms) {
  const s = Math.round(Math.abs(ms) / 1000);
  if (s < 60) return `${s} s`;
  const minutes = Math.floor(s / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
  return s < 600 ? `${minutes} min ${String(s % 60).padStart(2, "0")}` : `${minutes} min`;
}

export function drift(ms) {
  if (Math.abs(ms) < 60_000) return "à l’heure";
  return ms > 0 ? `retard de ${duration(ms)}` : `avance de ${duration(ms)}`;
}

export const pace = ({ median_s: median, low_s: low, high_s: high }) =>
  `${Math.round(median)} s (souvent de ${Math.round(low)} à ${Math.round(high)} s)`;

export const MISSED = { absent: "absent", timeout: "temps écoulé", ended_by_operator: "passé par un agent" };

export const STATUSES = {
  STANDARD: "Classique",
  SURNOMBRE_VALIDANT: "Surnombre validant",
  SURNOMBRE_NON_VALIDANT: "Surnombre non validant",
};

export const turnTaken = ({ post, reason, seconds }) =>
  post ? `${Math.round(seconds)} s, poste ${post}` : `${Math.round(seconds)} s, ${MISSED[reason] ?? "sans choix"}`;

export const asked = (line, post, reason) =>
  `${called(line)} : ${post ? `poste ${post}` : "reprendre le choix"} (${reason})`;

export const found = (n, shown) =>
  n > shown ? `${n} internes ; les ${shown} premiers sont affichés : précisez.` : plural(n, "interne", "internes");

export const gesture = {
  whom: (line) => `Interne concerné : ${called(line)}.`,
  done: (label) => `${label} : c’est fait.`,
  notNow: (label) => `« ${label} » n’est pas possible en ce moment.`,
  turnGone: "Le tour a changé pendant que cette fenêtre était ouverte : rien n’a été fait. Fermez et recommencez.",
  nobody: "Personne n’a le tour : choisissez l’interne dans la liste.",
  checking: "Vérifications en cours…",
  ready: "Vérifications : rien ne bloque le démarrage.",
  unchecked: "Les vérifications ne répondent pas.",
  red: "Rouge",
  warn: "À regarder",
  working: "Envoi…",
};
