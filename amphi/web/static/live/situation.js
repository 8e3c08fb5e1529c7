// Where I stand, in one sentence: what the band at the top of the page says.

import * as words from "./words.js";

const LIVE = ["RUNNING", "PAUSED", "BETWEEN_SESSIONS", "CATCH_UP"];
const BEFORE = ["PLANNED", "VALIDATED", "OPEN", "BETWEEN_SESSIONS"]; // a session

/** `kind` for the looks, `text`, perhaps `detail`; `ready`: the button "Je suis prêt" is offered. */
export function situation(picture) {
  const { store } = picture;
  if (store.role === null) return say("waiting", "Connexion à l’amphithéâtre…");
  if (store.you === null) return say("watching", "Vous suivez cet amphithéâtre sans y participer.");
  const found = RUNGS.map((rung) => rung(picture, store.you, store.view)).find((each) => each);
  return found ?? waiting(picture);
}

const say = (kind, text, more = {}) => ({ kind, text, detail: "", ready: false, ...more });

// Asked in this order; the first that has something to say has the word.
const RUNGS = [served, given, myTurn, leftOut, returning, missed, soon];

function served(picture, you, view) {
  const whose = whom(picture);
  if (you.assignment) {
    const done = whose ? `Le choix de ${whose} est fait` : "Votre choix est fait";
    return say("served", `${done} : poste ${you.assignment.post}.`);
  }
  const elsewhere = "Vous avez déjà un poste, choisi dans un autre amphithéâtre.";
  return you.served_elsewhere ? say("served", elsewhere) : null;
}

/** DCI §6.1: "un rappel vous indique l'email de la personne ayant procuration" */
function given(picture, you) {
  if (!picture.givenAway) return null;
  const holder = you.proxy.holder ?? "votre mandataire";
  const accepted = you.proxy.state === "accepted";
  const text = you.turn
    ? `C’est votre tour : ${holder} choisit pour vous.`
    : `Vous avez donné procuration à ${holder}.`;
  const detail = accepted
    ? "Seul votre mandataire peut faire ce choix."
    : "Votre mandataire n’a pas encore accepté ; tant que la procuration est en cours, vous ne pouvez pas choisir.";
  return say(you.turn ? "soon" : "waiting", text, { detail });
}

function myTurn(picture, you) {
  if (!you.turn) return null;
  const whose = whom(picture);
  return say("turn", whose ? `C’est votre tour de choisir pour ${whose} !` : "C’est votre tour !");
}

function leftOut(picture, you) {
  if (you.excluded) return say("out", "L’ARS a indiqué que vous ne choisissez pas dans cet amphithéâtre.");
  return you.expected_absence ? say("out", "Votre absence est prévue : vous ne serez pas appelé.") : null;
}

/** live-rules.md §3; alone in CATCH_UP one would have the turn: another amphi of the offer has it (§11). */
function returning(picture, you, view) {
  if (picture.word(you.entry) !== "late") return null;
  const elsewhere = view.phase === "CATCH_UP" && !picture.turn && !view.paused;
  const before = elsewhere ? "le choix en cours dans un autre amphithéâtre" : "l’interne en train de choisir";
  const text = `Vous êtes placé après ${before}.`;
  return say("soon", text, { detail: words.ahead(picture.ahead) });
}

/** live-rules.md §3: absent, one is placed by coming; otherwise by the button. */
function missed(picture, you, view) {
  if (!you.missed) return null;
  if (view.phase === "CLOSED") {
    return say("missed", "Votre tour est passé et l’amphithéâtre est clos. Contactez l’ARS pour choisir.");
  }
  if (you.returns_left === 0) {
    return say("missed", "Votre tour est passé et vous n’avez plus de retour possible. Contactez l’ARS.");
  }
  const left = words.plural(you.returns_left, "retour possible", "retours possibles");
  const ready = LIVE.includes(view.phase);
  return say("missed", "Votre tour est passé sans choix.", { detail: `${left}.`, ready });
}

function soon(picture, you) {
  if (!Number.isInteger(you.soon)) return null;
  return say("soon", words.soon(you.soon), { detail: pace(picture, you.soon) });
}

function waiting(picture) {
  const n = picture.ahead;
  if (n === null) return say("waiting", "Vous n’êtes pas dans la file de cet amphithéâtre.");
  const whose = whom(picture);
  const text = whose ? `${words.ahead(n)} (procuration de ${whose}).` : `${words.ahead(n)}.`;
  return say("waiting", text, { detail: pace(picture, n) || begins(picture.store.view) });
}

/** Before a session runs: the hour of the next one, by the timetable. */
function begins({ phase, sessions }) {
  const next = sessions.find((each) => each.state === "planned");
  return BEFORE.includes(phase) && next ? words.begins(next) : "";
}

function pace(picture, n) {
  const { pace: seen, phase } = picture.store.view;
  if (!seen || n === 0 || phase !== "RUNNING") return "";
  return `Votre tour : ${words.wait(n * seen.low_s, n * seen.high_s)}.`;
}

/** The grantor's name when I choose for somebody else. */
export function whom(picture) {
  const { role, you } = picture.store;
  return role === "proxy" && you ? picture.name(you.entry) : "";
}
