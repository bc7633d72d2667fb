// @ts-check
/** The form of a glossary entry shows its findings, its card and its effect while one types: the answer of the preview button. */

import { $, $$ } from "../lib.js";

// After the last key; an answer takes some tenths of a second.
const PAUSE = 600;

const form = /** @type {HTMLFormElement | null} */ ($("#entry"));
let due = 0, busy = false, again = false, sent = false;

/** Ask for a preview of what the form holds now, one at a time, and show what it says. */
async function look() {
  if (!form || sent) return;
  again = busy;
  if (busy) return;
  busy = true;
  const body = new FormData(form);
  body.set("do", "look");
  const page = await answer(form.action, body);
  if (page && !sent && !again) show(form, page);
  busy = false;
  if (again) look();
}

/**
 * The page that answers a form, or null: the button tells what is wrong. The browser parses it: the site's
 * policy bars making elements of a string.
 * @param {string} address @param {FormData} body @returns {Promise<Document | null>}
 */
const answer = (address, body) => new Promise((done) => {
  const request = new XMLHttpRequest();
  request.open("POST", address);
  request.responseType = "document";
  request.onload = () => done(request.responseXML);
  request.onerror = request.onabort = () => done(null);
  request.send(body);
});

/** Put the findings, the card and the effect of a page into this one. @param {HTMLFormElement} form @param {Document} page */
function show(form, page) {
  const found = $("#found", page);
  if (!found) return;
  $("#found")?.replaceWith(document.adoptNode(found));
  for (const old of $$("ul.note[id]", form)) {
    $(`[aria-describedby="${old.id}"]`, form)?.removeAttribute("aria-describedby");
    old.remove();
  }
  for (const note of $$("#entry ul.note[id]", page)) {
    const name = note.id.slice(2), field = $(`[name="${name}"], [name^="${name}."]`, form);
    field?.setAttribute("aria-describedby", note.id);
    (field?.closest("fieldset, #entry > div, #entry > label") ?? field)?.before(document.adoptNode(note));
  }
}

form?.addEventListener("input", (event) => {
  if (/** @type {HTMLElement} */ (event.target).matches("[name=why], [name=file]")) return;
  clearTimeout(due);
  due = setTimeout(look, PAUSE);
});
// A preview under way must not come after the page that a button asks for.
form?.addEventListener("submit", () => { clearTimeout(due); sent = true; });
addEventListener("pageshow", () => { sent = false; });
