// htmx for the pages with long forms: re-rendering on change and saving drafts.
// The settings keep it inside the strict Content-Security-Policy: no eval, no injected styles.
import htmx from "htmx.org/dist/htmx.esm.js";
import { morph } from "./morph.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages hold personal data: nothing of them stays in the browser's storage
  defaultFocusScroll: false,
});

// The form's new shape grows into the old one: who types meanwhile loses neither place nor letter.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "formularteil" || !detail.shouldSwap) return;
  const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  const fresh = answer.getElementById("formularteil");
  if (!fresh) return;
  detail.shouldSwap = false;
  morph(detail.target, fresh);
  tell(answer.getElementById("entwurf-status")?.textContent);
});

// Drafts: the page says what is saved, and never that something is which is not.
const SAVES = "Ihre Eingaben werden beim Tippen gespeichert.";
const NOT_SAVED =
  "Ihre Eingaben konnten gerade nicht zwischengespeichert werden. Sie stehen noch auf dieser Seite.";

function tell(text) {
  const status = document.getElementById("entwurf-status");
  if (status && text) status.textContent = text;
}

if (!document.getElementById("entwurf-status")?.textContent.includes("Zuletzt")) tell(SAVES);

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => tell(NOT_SAVED));
}

// A file is too heavy to go along each time: it stays chosen and is sent with the whole form.
function withoutFiles(fields) {
  for (const name of new Set(fields.keys())) {
    const words = fields.getAll(name).filter((value) => typeof value === "string");
    fields.delete(name);
    for (const value of words) fields.append(name, value);
  }
  return fields;
}

document.addEventListener("htmx:configRequest", ({ detail }) => withoutFiles(detail.formData));

// Requests may overtake each other: the number tells the server which one is the latest.
const form = document.getElementById("entwurf-status")?.closest("form");
let [turn, typed, underway, saved] = [0, 0, 0, 0];
form?.addEventListener("formdata", ({ formData }) => formData.set("_stand", String((turn += 1))));

// Once the form is sent, the page waits for the next one: nothing more is typed into it or sent.
const LONGEST_WAIT = 10_000; // milliseconds; whoever stopped the sending may go on typing then

function wait(waits) {
  if (form) form.inert = waits;
}

form?.addEventListener("submit", () => {
  saved = typed;
  wait(true);
  setTimeout(wait, LONGEST_WAIT, false);
});
addEventListener("pageshow", () => wait(false));
document.addEventListener("htmx:beforeRequest", (event) => {
  if (form?.inert) event.preventDefault();
});

// The last letters before the page is left go out on their way.
form?.addEventListener("input", () => (typed += 1));
document.addEventListener("htmx:beforeRequest", () => (underway = typed));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful) saved = underway;
});
addEventListener("pagehide", () => {
  if (saved >= typed) return;
  const fields = withoutFiles(new FormData(form));
  fields.set("_aktion", "entwurf");
  navigator.sendBeacon(form.getAttribute("action"), new URLSearchParams(fields));
});
