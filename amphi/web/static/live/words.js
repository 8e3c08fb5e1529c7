// Every French sentence that this page makes by itself; those of refusals come with the refusal.

export const plural = (n, one, many) => `${n} ${n > 1 ? many : one}`;

export const POST_STATES = {
  free: "Disponible",
  filled: "Pourvu",
  reserved: "Réservé (autre DES)",
  surnombre: "Surnombre possible",
  withdrawn: "Retiré",
};

export const CHOICE_STATUSES = {
  STANDARD: "Classique",
  SURNOMBRE_VALIDANT: "Surnombre validant",
  SURNOMBRE_NON_VALIDANT: "Surnombre non validant",
};

// What a colleague's line says beside the name (DCI §10); `turn` and `served` have more to tell.
export const ENTRY_WORDS = {
  turn: "est en train de choisir",
  late: "en retard, attend son tour",
  missed: "tour passé",
  served: "a choisi",
  expected_absence: "absence prévue",
  excluded: "ne choisit pas",
};

export const CAUSES = {
  postgres: "la base de données ne répond pas",
  redis: "la messagerie interne ne répond pas",
  redis_lost: "la messagerie interne est en cours de reconstruction",
  no_store: "la messagerie interne ne répond pas",
  no_conductor: "le programme qui conduit l’amphithéâtre ne répond pas",
};

// Why a socket was closed for good (protocol.md §1), and what the button that tries again says.
export const ENDINGS = {
  4400: ["Cette page n’a pas été comprise par le serveur : rechargez-la.", "Réessayer"],
  4401: ["Votre connexion a expiré : reconnectez-vous. Votre sélection est gardée.", "Réessayer"],
  4403: ["Vous n’avez pas accès à cet amphithéâtre.", "Réessayer"],
  4408: ["Le serveur n’a pas entendu cette page à temps.", "Réessayer"],
  4409: ["Vous suivez cet amphithéâtre dans plus de quatre fenêtres : celle-ci est arrêtée.", "Reprendre ici"],
  4410: ["L’amphithéâtre est clos : ce que vous voyez est son état final.", "Revoir"],
  4429: ["Cette page a envoyé trop de demandes à la suite : elle est arrêtée.", "Reprendre"],
};

export const link = {
  up: (ms) => (ms === null ? "liaison établie" : `liaison ${ms} ms`),
  opening: "connexion…",
  lost: "liaison perdue",
  ended: "liaison arrêtée",
  lostSince: (at) => `Liaison perdue. Ce que vous voyez date de ${at}.`,
  retryIn: (s) => (s > 0 ? `Nouvel essai dans ${s} s.` : "Nouvel essai…"),
  lostAloud: "Liaison perdue. La page se reconnecte d’elle-même.",
  backAloud: "Liaison rétablie. La page est à jour.",
};

export const clock = {
  mine: (s) => `C’est votre tour ! Il vous reste ${s} s`,
  yours: "Il vous reste",
  given: "Votre tour, par procuration",
  ofSomebody: "Un interne choisit",
  of: (who) => `Tour de ${who}`,
  left: (s) => `${s} s`,
  prolonged: "temps prolongé",
  aloud: (s) => `Il vous reste ${s} secondes.`,
  nobody: "Personne ne choisit en ce moment",
  paused: "en pause",
  suspended: "temps suspendu",
};

export const soon = (n) => `C’est bientôt votre tour (${n})`;
export const ahead = (n) =>
  n === 0 ? "Personne avant vous" : `${plural(n, "interne", "internes")} avant vous`;

/** live-rules.md §4: "a range from the observed pace of the amphi, never a promise" */
export function wait(lowSeconds, highSeconds) {
  const [low, high] = [Math.floor(lowSeconds / 60), Math.ceil(highSeconds / 60)];
  if (high <= 1) return "dans moins d’une minute environ";
  if (low < 1) return `dans moins de ${high} min environ`;
  return low === high ? `dans ${low} min environ` : `entre ${low} et ${high} min`;
}

export const paused = (reason, since) => `En pause depuis ${since} : ${reason}`;
export const frozen = (cause) =>
  `Temps suspendu, incident technique${cause ? ` (${cause})` : ""}. Personne n’y perd de temps.`;
export const thaw = (s) => `Reprise dans ${s} s.`;

export const aloud = {
  paused: (reason) => `L’amphithéâtre est en pause : ${reason}`,
  resumed: "L’amphithéâtre reprend.",
  frozen: "Temps suspendu, incident technique. Personne n’y perd de temps.",
  thawed: "L’incident est terminé, les choix reprennent.",
  turn: (s, whom) => `C’est à vous${whom ? ` de choisir pour ${whom}` : ""} ! Vous avez ${s} secondes.`,
  turnOver: "Votre tour est terminé.",
  chosen: (number) => `Votre choix du poste ${number} est enregistré.`,
  notice: (text) => `Message de l’ARS : ${text}`,
  flagUp: "Votre demande d’aide est affichée chez l’ARS.",
  flagDown: "Votre demande d’aide est retirée.",
  ready: "Vous êtes de nouveau dans la file.",
  picked: (who, post) => `${who} a choisi ${post}.`,
};

export const confirm = {
  working: "Envoi de votre choix… Il compte dès que le serveur l’a reçu, même si la liaison est lente.",
  unlinked: "La liaison est perdue : votre choix part dès qu’elle revient.",
  over: "Votre tour est passé : ce choix ne peut plus être validé.",
  held: "Le temps est suspendu : votre sélection est gardée, vous pourrez confirmer à la reprise.",
  gone: "Ce poste vient d’être pourvu : fermez, et choisissez-en un autre.",
  kept: (number) => `Vous aviez sélectionné le poste ${number}.`,
  reserved: (codes) => `Oui, pour ${codes.join(", ")}`,
};

// "Les heures sont celles de Paris", wherever the reader sits.
const hours = new Intl.DateTimeFormat("fr-FR", { timeStyle: "medium", timeZone: "Europe/Paris" });
export const at = (iso) => hours.format(new Date(iso));

const minutes = new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Paris" });
export const begins = ({ n, from, to, starts_at: at }) =>
  `La session ${n} (rangs ${from} à ${to}) est prévue le ${minutes.format(new Date(at))}.`;
