// Keeps a list of rows fresh: asks for them every few seconds while somebody looks, and puts in what
// changed. Rows that stay are left alone, so that focus, selection and reading place stay too.
// <input type="checkbox" id="refresh" data-rows="/address"> turns it on and off (WCAG 2.2.2).

const EVERY_MS = 4000;
const SHAKEN_MS = 2000; // so that a thousand pages do not ask in the same instant

const box = document.getElementById("refresh");
const body = document.getElementById("rows");
const said = document.getElementById("refreshed");

function parsed(text) {
  const holder = document.createElement("template");
  holder.innerHTML = `<table><tbody>${text}</tbody></table>`;
  return [...holder.content.querySelectorAll("tr[data-id]")];
}

// Puts `wanted` in place of the rows there are; returns how many are new.
export function renew(tbody, wanted) {
  const there = new Map([...tbody.rows].map((row) => [row.dataset.id, row]));
  let fresh = 0;
  let place = null;
  for (const row of wanted) {
    const known = there.get(row.dataset.id);
    there.delete(row.dataset.id);
    const put = known ?? row;
    if (!known) {
      put.classList.add("arrived");
      fresh += 1;
    }
    const next = place ? place.nextElementSibling : tbody.firstElementChild;
    if (next !== put) tbody.insertBefore(put, next);
    place = put;
  }
  for (const gone of there.values()) gone.remove();
  return fresh;
}

function say(fresh) {
  const time = new Date().toLocaleTimeString("fr-FR", { timeZone: "Europe/Paris" });
  if (fresh === 1) said.textContent = `1 nouvelle affectation à ${time}`;
  if (fresh > 1) said.textContent = `${fresh} nouvelles affectations à ${time}`;
}

async function refresh() {
  const answer = await fetch(box.dataset.rows, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const fresh = renew(body, parsed(await answer.text()));
  document.getElementById("some").hidden = body.rows.length === 0;
  document.getElementById("none").hidden = body.rows.length > 0;
  say(fresh);
}

async function keepOn() {
  if (box.checked && !document.hidden) {
    try {
      await refresh();
      if (said.dataset.lost) said.textContent = "";
      delete said.dataset.lost;
    } catch (fault) {
      if (!said.dataset.lost) said.textContent = "Liaison perdue : la liste n'est plus à jour.";
      said.dataset.lost = fault.message;
    }
  }
  setTimeout(keepOn, EVERY_MS + Math.random() * SHAKEN_MS);
}

if (box) setTimeout(keepOn, EVERY_MS);
