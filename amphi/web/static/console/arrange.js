// Lines put in order without taking the focus from the button somebody is about to press.

export function arrange(list, wanted) {
  const present = [...list.children];
  if (present.length === wanted.length && wanted.every((each, at) => each === present[at])) return;
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  list.replaceChildren(...wanted);
  if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
}
