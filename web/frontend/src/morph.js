// Brings a part of the page to what the server sent and leaves alone whatever is the same, so that
// a field keeps its focus, its caret and the half of a date that has just been typed into it.
const FIELDS = new Set(["INPUT", "SELECT", "TEXTAREA"]);

const idsIn = (node) =>
  node.nodeType === Node.ELEMENT_NODE
    ? [node, ...node.querySelectorAll("[id]")].map((element) => element.id).filter(Boolean)
    : [];

function place(next, ids, old) {
  if (ids.length === 0) return old[0]?.isEqualNode(next) ? 0 : -1;
  return old.findIndex(
    (node) => node.nodeName === next.nodeName && idsIn(node).some((id) => ids.includes(id)),
  );
}

// What a field holds is the person's: only what is said about it comes from the server.
function takeAttributes(from, to) {
  const own = FIELDS.has(from.nodeName) ? ["value", "checked"] : [];
  for (const { name } of [...from.attributes])
    if (!own.includes(name) && !to.hasAttribute(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes)
    if (!own.includes(name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
}

function takeOptions(from, to) {
  const wording = (select) => [...select.options].map((option) => [option.value, option.text]);
  if (JSON.stringify(wording(from)) === JSON.stringify(wording(to))) return;
  const { value } = from;
  from.replaceChildren(...to.childNodes);
  from.value = [...from.options].some((option) => option.value === value) ? value : "";
}

export function morph(from, to) {
  takeAttributes(from, to);
  if (from.nodeName === "SELECT") takeOptions(from, to);
  if (FIELDS.has(from.nodeName)) return;
  const old = [...from.childNodes];
  for (const next of [...to.childNodes]) {
    const ids = idsIn(next);
    const index = place(next, ids, old);
    if (index < 0) {
      from.insertBefore(next, old[0] ?? null);
      continue;
    }
    for (const gone of old.splice(0, index)) gone.remove();
    const kept = old.shift();
    if (ids.length > 0) morph(kept, next);
  }
  for (const gone of old) gone.remove();
}
