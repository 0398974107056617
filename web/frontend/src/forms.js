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
