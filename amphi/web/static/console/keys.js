// Keyboard shortcuts: one letter opens the dialog of a gesture. They can be turned off (WCAG 2.1.4),
// and never act while somebody types or a dialog is open.

const KEPT = "keys-off";
const TYPING = "input, select, textarea, [contenteditable]";

export class Keys {
  constructor(wall, dialog) {
    this.wall = wall;
    this.dialog = dialog;
    this.on = dialog.querySelector("#keys-on");
    this.on.checked = wall.here.get(KEPT) !== true;
    this.on.addEventListener("change", () => wall.here.set(KEPT, this.on.checked ? null : true));
    document.querySelector("[data-keys]").addEventListener("click", () => dialog.showModal());
    document.addEventListener("keydown", (event) => this.pressed(event));
    this.buttons = new Map(
      [...document.querySelectorAll("[data-gesture][aria-keyshortcuts]")].map((each) => [each.getAttribute("aria-keyshortcuts"), each]),
    );
  }

  pressed(event) {
    const { key, ctrlKey, altKey, metaKey, target } = event;
    const isOurs = !ctrlKey && !altKey && !metaKey && this.on.checked;
    if (!isOurs || target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
    const act = this.actOf(key);
    if (act === null) return;
    event.preventDefault();
    act();
  }

  actOf(key) {
    if (key === "?") return () => this.dialog.showModal();
    if (key === "f") return () => document.querySelector("wall-interns").look();
    const button = this.buttons.get(key);
    return button === undefined ? null : () => this.wall.gestures.pressed(button);
  }
}
