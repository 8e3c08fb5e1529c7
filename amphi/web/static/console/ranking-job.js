// Follows a preranking that a worker does: its percentage, then the page again with what it found.

const EVERY_MS = 700;
const LONGEST_MS = 10_000; // between two looks when the server does not answer

const shown = document.querySelector("[data-job]");
const words = { queued: "En attente", running: "En cours" };
let pause = EVERY_MS;

async function look() {
  const answer = await fetch(`/admin/api/jobs/${shown.dataset.job}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const job = await answer.json();
  shown.querySelector("progress").value = job.percent;
  if (job.state in words) {
    shown.querySelector("[data-said]").textContent = `${words[job.state]} : ${job.percent} %`;
    return false;
  }
  location.reload();
  return true;
}

async function keepOn() {
  try {
    if (await look()) return;
    pause = EVERY_MS;
  } catch (fault) {
    pause = Math.min(2 * pause, LONGEST_MS);
    shown.querySelector("[data-said]").textContent = "Liaison perdue : nouvel essai dans un instant.";
    shown.dataset.fault = fault.message;
  }
  setTimeout(keepOn, pause);
}

if (shown?.querySelector("progress")) {
  shown.dataset.scripted = "";
  setTimeout(keepOn, EVERY_MS);
}
