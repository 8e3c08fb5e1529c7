// A part of the live page: a custom element whose markup the server made. The page calls it; it
// reads the page's picture and draws what changed, and nothing else.

export class LivePart extends HTMLElement {
  /** Once, when names and first view are not there yet. */
  attach(page) {
    this.page = page;
    this.begin();
  }

  get picture() {
    return this.page.picture;
  }

  get store() {
    return this.page.store;
  }

  begin() {}

  /** After each frame. */
  changed() {}

  /** When the state of the link changed. */
  linked() {}

  /** Four times a second. */
  tick() {}

  find(selector) {
    return this.querySelector(selector);
  }

  /** The part's element marked `data-slot="name"`. */
  slotted(name) {
    return slot(this, name);
  }
}

export const slot = (root, name) => root.querySelector(`[data-slot="${name}"]`);

/** Writing the same again would make browsers and screen readers work for nothing. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/** The content of `<template id="…">`, its one element. */
export function copyOf(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}
