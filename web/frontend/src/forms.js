// htmx for the pages with long forms: re-rendering on change and saving drafts.
// The settings keep it inside the strict Content-Security-Policy: no eval, no injected styles.
import htmx from "htmx.org/dist/htmx.esm.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages hold personal data: nothing of them stays in the browser's storage
  defaultFocusScroll: false,
});

// A draft that could not be saved must not look as if it had been.
const NOT_SAVED =
  "Ihre Eingaben konnten gerade nicht zwischengespeichert werden. Sie stehen noch auf dieser Seite.";

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    const status = document.getElementById("entwurf-status");
    if (status) status.textContent = NOT_SAVED;
  });
}
