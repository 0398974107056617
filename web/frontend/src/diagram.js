// Brings the place where the work stands into view, inside the diagram's own frame.
function show(frame) {
  const mark = frame.querySelector(".drawing-mark");
  if (!mark) return;
  const [inner, outer] = [mark.getBoundingClientRect(), frame.getBoundingClientRect()];
  frame.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
  frame.scrollTop += inner.top + inner.height / 2 - (outer.top + outer.height / 2);
}

for (const frame of document.querySelectorAll(".lo-diagram")) {
  const fold = frame.closest("details");
  fold.addEventListener("toggle", () => fold.open && show(frame), { once: true });
  if (fold.open) show(frame);
}
