// Names and posts: they come over HTTP, page after page (protocol.md §2); the wire has ids only.

const encoded = encodeURIComponent;

/** A problem of RFC 9457 as an exception: `code`, and the French sentence as its message. */
export class Problem extends Error {
  constructor(status, { code, detail }) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

export class Directory {
  /** `lists`: where the call list and the posts of amphis are read. */
  constructor(amphi, lists = "/api/amphis") {
    this.place = `${lists}/${encoded(amphi)}`;
    this.lines = []; // of the call list, in call order
    this.byEntry = new Map();
    this.posts = new Map(); // by number, in the order of the offer; those open to the amphi
  }

  /** Raises Problem, or TypeError when there is no network. */
  async load() {
    await Promise.all([this.loadLines(), this.loadPosts()]);
  }

  async loadLines() {
    const lines = await everything(`${this.place}/call-list`);
    this.lines = lines.sort((a, b) => a.call_rank - b.call_rank);
    this.byEntry = new Map(this.lines.map((line) => [line.entry, line]));
  }

  /** "dans cet écran seuls les postes proposés pour votre groupe de spécialité" (DCI §9.2) */
  async loadPosts() {
    const posts = await everything(`${this.place}/posts`);
    const mine = posts.filter((post) => post.open_to_amphi);
    this.posts = new Map(mine.map((post) => [post.number, post]));
  }
}

async function everything(path) {
  const items = [];
  let cursor = null;
  do {
    const page = await read(cursor === null ? path : `${path}?cursor=${encoded(cursor)}`);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null);
  return items;
}

/** One answer of our own HTTP. Raises Problem, or TypeError when there is no network. */
export async function read(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  const said = await response.json();
  if (!response.ok) throw new Problem(response.status, said);
  return said;
}
