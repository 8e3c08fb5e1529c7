// Which posts are shown, in which order, on which page: pure functions on the posts of the offer.

const FIELDS = ["number", "establishment", "service", "supervisor", "des", "earmark", "imotep", "department"];
const french = new Intl.Collator("fr", { numeric: true, sensitivity: "base" });

/** Without case, accents, ligatures or kinds of apostrophe, hyphen or space (experience.md). */
export function plain(text) {
  const bare = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return bare.replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/[^a-z0-9]+/g, " ").trim();
}

/** Each post with the words one may look for, worked out once per offer. */
export function indexed(posts) {
  return [...posts].map((post) => ({ post, text: plain(FIELDS.map((f) => post[f]).join(" ")) }));
}

export const EVERYTHING = { text: "", state: "all", des: "", department: "" };

/** `picture` knows what is filled ("Pourvus", "Non pourvus"); every word of the text is wanted. */
export function chosen(index, filters, picture) {
  const wanted = plain(filters.text).split(" ").filter(Boolean);
  const filled = (number) => picture.isFilled(number);
  const inState = { all: () => true, filled, free: (number) => !filled(number) }[filters.state];
  return index
    .filter(({ post }) => !filters.des || post.des === filters.des)
    .filter(({ post }) => !filters.department || post.department === filters.department)
    .filter(({ text }) => wanted.every((word) => text.includes(word)))
    .filter(({ post }) => inState(post.number))
    .map(({ post }) => post);
}

/** `order`: { by: a field, down: bool }. */
export function sorted(posts, { by, down }) {
  const way = down ? -1 : 1;
  return [...posts].sort(
    (a, b) => way * french.compare(a[by], b[by]) || french.compare(a.number, b.number),
  );
}

/** "grouped by service (sorted department, establishment, service)" (intern-space.md) */
export function byService(posts) {
  const groups = new Map();
  for (const post of posts) {
    const key = serviceKey(post);
    if (!groups.has(key)) groups.set(key, { key, first: post, posts: [] });
    groups.get(key).posts.push(post);
  }
  return [...groups.values()].sort(inServiceOrder);
}

/** Posts of one service number; those without one by the names they bear. */
export const serviceKey = ({ imotep, establishment, service, supervisor }) =>
  imotep || [establishment, service, supervisor].join(" · ");

function inServiceOrder({ first: a }, { first: b }) {
  const fields = ["department", "establishment", "service", "supervisor"];
  return fields.map((field) => french.compare(a[field], b[field])).find((order) => order) ?? 0;
}

/** One page of `items`; a page past the end is the last one. */
export function paged(items, page, size) {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const number = Math.min(Math.max(1, page), pages);
  return { items: items.slice((number - 1) * size, number * size), number, pages };
}

/** The values of a field that occur, in French order: what a list of choices offers. */
export const valuesOf = (posts, field) =>
  [...new Set([...posts].map((post) => post[field]))].filter(Boolean).sort(french.compare);
