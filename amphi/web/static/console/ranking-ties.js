// A tie group put in order without leaving the page: by the arrows, by the handle with the keyboard,
// by dragging. Without this module the arrows are buttons of the form, and the server moves the line.

const form = document.querySelector("[data-ties]");
const list = form.querySelector(".order");
const sent = form.elements.namedItem("order");
const said = form.querySelector("[data-moved]");
const first = Number(list.dataset.first);
let dragged = null;

const lines = () => [...list.children];

function settle() {
  for (const [at, line] of lines().entries()) {
    line.querySelector(".order__rank").textContent = String(first + at);
    line.querySelector('[data-way="up"]').disabled = at === 0;
    line.querySelector('[data-way="down"]').disabled = at === list.children.length - 1;
  }
  sent.value = lines().map((line) => line.dataset.id).join(" ");
}

function say(line) {
  const at = lines().indexOf(line);
  said.textContent = `${line.dataset.name} : rang ${first + at}, ${at + 1} sur ${list.children.length}.`;
}

// Moves a line one step; the focus stays on what moved it, or on its handle at the ends.
function step(line, way, pressed) {
  const neighbour = way === "up" ? line.previousElementSibling : line.nextElementSibling;
  if (!neighbour) return;
  if (way === "up") neighbour.before(line);
  else neighbour.after(line);
  settle();
  (pressed.disabled ? line.querySelector(".order__handle") : pressed).focus();
  say(line);
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-way]");
  if (!button) return;
  event.preventDefault();
  step(button.closest("li"), button.dataset.way, button);
});

list.addEventListener("keydown", (event) => {
  const handle = event.target.closest(".order__handle");
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!handle || !way) return;
  event.preventDefault();
  step(handle.closest("li"), way, handle);
});

list.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("li");
  dragged.dataset.dragged = "";
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.name);
});

list.addEventListener("dragover", (event) => {
  const over = event.target.closest("li");
  if (!dragged || !over) return;
  event.preventDefault();
  if (over === dragged) return;
  const box = over.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) over.before(dragged);
  else over.after(dragged);
});

list.addEventListener("drop", (event) => event.preventDefault());

list.addEventListener("dragend", () => {
  delete dragged.dataset.dragged;
  settle();
  say(dragged);
  dragged = null;
});

for (const line of lines()) {
  line.draggable = true;
  line.querySelector(".order__handle").hidden = false;
}
settle();
