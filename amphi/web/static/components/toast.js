// Says a result in the corner and, through role=status, to screen readers; never takes the focus.

const LONG_ENOUGH_MS = 8000; // errors stay until they are closed

export function toast(text, kind = "info") {
  const box = document.createElement("p");
  box.className = `toast toast--${kind}`;
  box.append(text);
  const close = document.createElement("button");
  close.className = "button button--plain";
  close.type = "button";
  close.textContent = "Fermer";
  close.addEventListener("click", () => box.remove());
  box.append(close);
  document.getElementById("toasts").append(box);
  if (kind !== "danger") setTimeout(() => box.remove(), LONG_ENOUGH_MS);
  return box;
}
