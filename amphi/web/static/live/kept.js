// What outlives a reload: in this tab the post being chosen and what was sent; in this browser what
// was read and how one likes the page. A browser that keeps nothing only forgets it.

class Kept {
  constructor(storage, scope) {
    this.storage = storage;
    this.scope = scope;
  }

  get(name) {
    const text = this.storage?.getItem(`${this.scope}:${name}`) ?? null;
    return text === null ? null : JSON.parse(text);
  }

  set(name, value) {
    if (value === null) this.storage?.removeItem(`${this.scope}:${name}`);
    else this.storage?.setItem(`${this.scope}:${name}`, JSON.stringify(value));
  }
}

/** Until the tab is closed; `scope` is the amphi and the role. */
export const keptInTab = (scope) => new Kept(storageOf("sessionStorage"), scope);

/** For the next visits too. */
export const keptHere = (scope) => new Kept(storageOf("localStorage"), scope);

/** Reading the property itself raises where the reader forbids storage. */
function storageOf(name) {
  try {
    return window[name];
  } catch (refused) {
    if (refused instanceof DOMException) return null;
    throw refused;
  }
}
