// The view put together with names and posts: what a line of the page says. No decision is taken
// here: whether a post may be chosen is read from `you.may_choose`, which the server filled.

export class Picture {
  constructor(store, directory) {
    this.store = store;
    this.directory = directory;
    this.choices = new Map(); // entry → number of the post it chose
  }

  /** After each frame: only the posts it names are looked at again. */
  follow(change) {
    const { posts } = this.store.view;
    if (change.fresh) this.choices.clear();
    for (const number of change.fresh ? Object.keys(posts) : change.posts) this.note(number);
  }

  note(number) {
    for (const [entry, post] of this.choices) if (post === number) this.choices.delete(entry);
    for (const entry of this.store.view.posts[number]?.by ?? []) this.choices.set(entry, number);
  }

  // --- people ---------------------------------------------------------------

  /** My line of the call list; the grantor's when I hold a proxy; null for a spectator. */
  get me() {
    return this.directory.byEntry.get(this.store.you?.entry) ?? null;
  }

  name(entry) {
    const line = this.directory.byEntry.get(entry);
    return line ? `${line.first_name} ${line.last_name}` : "un interne";
  }

  word(entry) {
    return this.store.view.entries[entry] ?? "waiting";
  }

  /**
   * "Ahead of me = the one with the turn + late ones before me + waiting entries of lower rank"
   * (protocol.md §1); null when I am not to be called any more. `you.soon` knows more when given.
   */
  get ahead() {
    const { view, you } = this.store;
    if (you === null || you.turn || this.me === null) return null;
    if (Number.isInteger(you.soon)) return you.soon;
    return this.countAhead(view, you.entry, this.word(you.entry));
  }

  countAhead({ turn, late }, entry, word) {
    if (word === "late") return (turn ? 1 : 0) + late.indexOf(entry);
    if (word !== "waiting") return null;
    return (turn ? 1 : 0) + late.length + this.waitingBefore(this.me.call_rank);
  }

  waitingBefore(rank) {
    const before = this.directory.lines.filter((line) => line.call_rank < rank);
    return before.filter((line) => this.word(line.entry) === "waiting").length;
  }

  // --- the turn -------------------------------------------------------------

  /** Mine with its true deadline, extra time included; else the one of the view. */
  get turn() {
    return this.store.you?.turn ?? this.store.view.turn ?? null;
  }

  /** The turn of my entry, whoever may use it. */
  get isMine() {
    return Boolean(this.store.you?.turn);
  }

  /** "the grantor can no longer choose" (live-rules.md §6): the role says who clicks. */
  get givenAway() {
    return this.store.role === "intern" && Boolean(this.store.you?.proxy);
  }

  get isMyGo() {
    return this.isMine && !this.givenAway;
  }

  // --- posts ----------------------------------------------------------------

  /** free, filled, reserved, surnombre, withdrawn: the words are in words.js. */
  postState(number) {
    const { view, you } = this.store;
    const seen = view.posts[number];
    const verdict = you?.may_choose?.[number];
    if (seen?.withdrawn) return "withdrawn";
    if (seen?.filled) return verdict === "ok" ? "surnombre" : "filled";
    return verdict === "post_reserved" || this.isForOthers(number) ? "reserved" : "free";
  }

  isFilled(number) {
    return this.store.view.posts[number]?.filled === true;
  }

  /** For me: what others' DES keep for themselves is not. */
  isOpen(number) {
    return ["free", "surnombre"].includes(this.postState(number));
  }

  isForOthers(number) {
    const reserved = this.directory.posts.get(number)?.reserved_for ?? [];
    return this.me !== null && reserved.length > 0 && !reserved.includes(this.me.des);
  }

  mayChoose(number) {
    return this.isMyGo && this.store.you.may_choose?.[number] === "ok";
  }

  /** Names of those who have it; of the other amphis of the offer no names are known here. */
  holders(number) {
    const by = this.store.view.posts[number]?.by ?? [];
    const known = (entry) => this.directory.byEntry.has(entry);
    return by.map((entry) => (known(entry) ? this.name(entry) : "un autre amphithéâtre"));
  }
}
