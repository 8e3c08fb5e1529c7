// RFC 7396: a null takes a key away, an object is merged, anything else replaces.

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** What `target` becomes under `patch`; `target` itself is left as it is. */
export function mergePatch(target, patch) {
  if (!isObject(patch)) return patch;
  const after = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete after[key];
    else after[key] = mergePatch(after[key], value);
  }
  return after;
}
