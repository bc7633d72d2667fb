// @ts-check
/**
 * Cards of words and of speakers. Pointing at a word shows its card; a click pins it until it is closed. A member
 * of a phrase opens its own card in the same place, with a way back. Fetched when a reader first moves on the page.
 */
import { $, $$, h, near, root } from "../lib.js";
import { say } from "../say.js";

/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box */

const WAIT = 160, GRACE = 280, EDGE = 12, AWAY = 8;
// A sheet that is drawn down as far is closed, in pixels.
const DRAWN = 48;
export const sheet = matchMedia("(width < 48rem)");

/** @type {HTMLElement | null} */ let card = null;
/** @type {HTMLElement | null} */ let word = null;
let pinned = false, leaving = false, timer = 0, x = NaN, y = NaN;
/** The cards that led to the one that is open. @type {HTMLElement[]} */ let trail = [];
/** Where each card leads, by its id. @type {Map<string, string>} */ const leads = new Map();

// What every open card has: a bar with the ways out, shown once it is pinned, and a row with the ways on.
const back = h("button", { type: "button", className: "back-to", onclick: () => { const to = trail.pop(); if (to) turn(to); } });
const close = h("button", { type: "button", className: "close", ariaLabel: say("关闭"), onclick: () => leave() }, "×");
const bar = h("div", { className: "card-bar" }, back, h("span", { className: "grip", ariaHidden: "true" }), close);
const more = h("a", {});
const places = h("span", { className: "places" });
const row = h("div", { className: "more" }, places, more);

/** The word or name whose card an element opens. @param {EventTarget | null} target */
const wordAt = (target) => near(target, "[interestfor], .card li a[href^='/terms/']");
/** @param {EventTarget | null} target */
const inCard = (target) => card !== null && target instanceof Node && card.contains(target);
/** @param {HTMLElement} a */
const idOf = (a) => a.getAttribute("interestfor") ?? `t-${a.getAttribute("href")?.split("/")[2]}`;
/** Whether text is selected outside the open card: a reader who selects wants no card. */
const selecting = () => { const now = getSelection(); return !!now && !now.isCollapsed && !inCard(now.anchorNode); };

/** Where the article speaks of a term, or a speaker speaks. @param {string} id of the card */
function placesOf(id) {
  const name = CSS.escape(id.slice(2));
  return $$(id.startsWith("t-") ? `.x [interestfor="t-${name}"], .x [data-t="${name}"]` : `.x [data-s="${name}"]`);
}

/** The word, and its notes in the margin: these give way to the card, which says the same. @param {HTMLElement} a @param {boolean} on */
function light(a, on) {
  a.classList.toggle("on", on);
  for (const li of $$(`li[data-t="${idOf(a).slice(2)}"]`, near(a, ".p, article") ?? document)) li.classList.toggle("on", on);
}

/** The words of an element without readings. @param {Element} el */
const plain = (el) => {
  const copy = /** @type {Element} */ (el.cloneNode(true));
  for (const reading of $$("rt, small", copy)) reading.remove();
  return copy.textContent ?? "";
};

/**
 * Highlight the members of a phrase that its own words, else their paragraph, speak of; none where it speaks of all.
 * @param {HTMLElement} to the card @param {HTMLElement} at the word
 */
function highlight(to, at) {
  const members = $$("li:not(.plus)", to), block = near(at, ".x");
  if (!members.length || !block) return;
  const inside = (/** @type {string} */ words) => members.filter((li) => words.includes(plain(li)));
  const linked = (/** @type {HTMLElement} */ li) => {
    const a = $("a", li), id = a && idOf(a);
    return id && $(`[interestfor="${id}"], [data-t="${id.slice(2)}"]`, block);
  };
  let here = inside(plain(at));
  if (!here.length) { const words = inside(plain(block)); here = members.filter((li) => words.includes(li) || linked(li)); }
  for (const li of members) li.ariaCurrent = here.length < members.length && here.includes(li) ? "true" : null;
}

/** Fill the bar and the row of the open card. */
function dress() {
  if (!card || !word) return;
  const from = trail.at(-1), all = placesOf(card.id), at = all.indexOf(word), href = leads.get(card.id);
  card.classList.toggle("pinned", pinned);
  back.hidden = !from;
  back.textContent = from ? `‹ ${$("dfn", from)?.textContent}` : "";
  const step = (/** @type {number} */ by, /** @type {string} */ sign, /** @type {string} */ name) =>
    h("button", { type: "button", ariaLabel: say(name), onclick: () => go(all, by) }, sign);
  const count = all.length > 1 ? [step(-1, "‹", "上一处"), at < 0 ? say("本文 %(all)s 处", { all: all.length }) : say("本文 %(at)s/%(all)s 处", { at: at + 1, all: all.length }), step(1, "›", "下一处")] : [];
  places.replaceChildren(...count);
  more.hidden = !href;
  more.textContent = say(card.id.startsWith("t-in-") ? "查看上下文" : card.id.startsWith("t-") ? "完整词条" : "查看此人");
  if (href) more.setAttribute("href", href);
  highlight(card, word);
  card.prepend(bar);
  card.append(row);
  $(".keep", row)?.remove();
  const kept = card, at0 = near(word, "article .x") && placesOf(card.id).includes(word) ? word : all[0];
  if (at0 && card.id.startsWith("t-")) import("./list.js").then((list) => { if (card === kept) { $(".keep", row)?.remove(); row.prepend(list.term(at0, kept) ?? ""); } });
}

/** Open a card at a word. @param {HTMLElement} to @param {HTMLElement} at @param {boolean} pin */
function open(to, at, pin) {
  card = to; word = at; pinned = pin;
  to.classList.remove("up");
  to.popover = "manual"; // light dismissal is done here: a click on the word itself must not close its card first
  dress();
  to.style.visibility = "hidden";
  to.showPopover();
  place(to, piecesOf(at), pin);
  to.style.visibility = "";
  at.setAttribute("aria-describedby", to.id);
  light(at, true);
}

/** The card of a word or name. @param {HTMLElement} a @param {boolean} [pin] it stays until it is closed */
export function show(a, pin = false) {
  clearTimeout(timer);
  if (!pin && (selecting() || pinned)) return;
  const to = document.getElementById(idOf(a));
  if (!to?.showPopover) return;
  if (a.matches("a[href]")) leads.set(to.id, a.getAttribute("href") ?? "");
  if (inCard(a) && card) { trail.push(card); return turn(to); }
  if (word === a && card === to) { if (pin && !pinned) { pinned = true; dress(); place(to, piecesOf(a), true); } return; }
  hide();
  open(to, a, pin);
}

/** Another card in the place of the one that is open. @param {HTMLElement} to */
function turn(to) {
  const at = word, kept = trail, inside = inCard(document.activeElement);
  if (!at) return;
  hide();
  trail = kept;
  open(to, at, true);
  if (inside || !document.activeElement || document.activeElement === document.body) (back.hidden ? more : back).focus({ preventScroll: true });
}

/** On to the next or previous place of what the card is about. @param {HTMLElement[]} all @param {number} by */
function go(all, by) {
  if (!card || !word) return;
  const now = word, at = all.indexOf(now), to = card;
  const after = all.findIndex((el) => now.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = at >= 0 ? at + by : by > 0 ? after : (after < 0 ? all.length : after) - 1;
  const target = all[(next + all.length) % all.length];
  light(now, false);
  now.removeAttribute("aria-describedby");
  target.scrollIntoView({ block: "center", behavior: "instant" });
  to.removeAttribute("style");
  word = target; pinned = true; x = y = NaN;
  light(target, true);
  const was = document.activeElement?.getAttribute("aria-label");
  dress();
  place(to, piecesOf(target), false);
  if (was) $(`[aria-label="${was}"]`, places)?.focus({ preventScroll: true });
}

export function hide() {
  clearTimeout(timer);
  const was = card;
  if (word) { word.removeAttribute("aria-describedby"); light(word, false); }
  if (card) { card.removeAttribute("style"); card.classList.remove("pinned"); }
  card = word = null;
  trail = [];
  pinned = false;
  if (was?.matches(":popover-open")) was.hidePopover();
}

/** Close the card; the focus returns to the word. */
function leave() {
  const to = inCard(document.activeElement) ? word : null;
  hide();
  leaving = true;
  to?.focus({ preventScroll: true });
  leaving = false;
}

/**
 * Put a card at the piece of its word that is pointed at: under it, else over it; never on any piece of the word and
 * never off the screen. In vertical text to the left of it, else to the right.
 * @param {HTMLElement} to @param {Box[]} pieces of the word @param {boolean} scroll the text may be moved
 * @param {{ x: number, y: number }} [from] the pointer; else where it was last
 */
export function place(to, pieces, scroll, from = { x, y }) {
  const { x, y } = from;
  const low = Math.max(...pieces.map((r) => r.bottom)), high = Math.min(...pieces.map((r) => r.top));
  if (sheet.matches) {
    const hidden = low - (innerHeight - to.offsetHeight) + 2 * AWAY;
    if (hidden <= 0) return;
    const room = root.scrollHeight - innerHeight - scrollY;
    if (scroll && room >= hidden && root.dataset.dir !== "v") scrollBy({ top: hidden, behavior: "instant" });
    else to.classList.add("up");
    return;
  }
  const far = (/** @type {Box} */ r) => Math.hypot(Math.max(r.left - x, 0, x - r.right), Math.max(r.top - y, 0, y - r.bottom));
  const at = Number.isNaN(x) ? pieces[0] : pieces.reduce((best, r) => far(r) < far(best) ? r : best);
  if (!at) return;
  to.style.setProperty("position-area", "none");
  to.style.margin = "0";
  const w = to.offsetWidth, tall = to.offsetHeight;
  const within = (/** @type {number} */ v, /** @type {number} */ size, /** @type {number} */ all) => Math.max(EDGE, Math.min(v, all - size - EDGE));
  const clear = (/** @type {number} */ l, /** @type {number} */ t, /** @type {number} */ height) =>
    pieces.every((r) => r.right <= l || r.left >= l + w || r.bottom <= t || r.top >= t + height);
  let left = within(at.left - 20, w, root.clientWidth), top, height = tall;
  if (root.dataset.dir === "v") {
    left = at.left - AWAY - w >= EDGE ? at.left - AWAY - w : within(at.right + AWAY, w, innerWidth);
    top = within(at.top, tall, innerHeight);
  } else {
    const tries = [[at.bottom + AWAY, 1], [at.top - AWAY, -1], [low + AWAY, 1], [high - AWAY, -1]]
      .map(([edge, down]) => ({ edge, down, room: (down > 0 ? innerHeight - edge : edge) - EDGE }))
      .filter(({ edge, down, room }) => clear(left, down > 0 ? edge : edge - Math.min(tall, room), Math.min(tall, room)));
    const best = tries.find((t) => t.room >= tall) ?? tries.reduce((b, t) => t.room > b.room ? t : b);
    height = Math.min(tall, best.room);
    top = best.down > 0 ? best.edge : best.edge - height;
  }
  if (height < tall) to.style.maxHeight = `${height}px`;
  to.style.inset = "auto";
  to.style.left = `${left + scrollX}px`;
  to.style.top = `${top + scrollY}px`;
}

/** The fragments of a word, of an element or a range. @param {Element | Range} a @returns {Box[]} */
export const piecesOf = (a) => [...a.getClientRects()].filter((r) => r.width > 0 && r.height > 0);

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse" || event.buttons) return;
  const a = wordAt(event.target);
  if (inCard(event.target)) { clearTimeout(timer); return; }
  if (a === null || (root.dataset.look && near(a, ".x"))) return;
  clearTimeout(timer);
  x = event.clientX; y = event.clientY;
  if (a !== word) timer = setTimeout(show, WAIT, a);
});
document.addEventListener("pointerout", (event) => {
  if (event.pointerType !== "mouse" || pinned || !(wordAt(event.target) || inCard(event.target))) return;
  if (inCard(event.relatedTarget) || word && wordAt(event.relatedTarget) === word) return;
  clearTimeout(timer);
  timer = setTimeout(hide, GRACE);
});
document.addEventListener("focusin", (event) => {
  const a = wordAt(event.target);
  if (leaving || inCard(event.target)) return;
  // While words are looked up, the dictionary's card has the place of the term's.
  if (a?.matches(":focus-visible") && !(root.dataset.look && near(a, ".x"))) { x = y = NaN; show(a); }
  else if (!a && !pinned) hide();
});
document.addEventListener("focusout", (event) => {
  if (word && !pinned && event.target === word && document.hasFocus() && !inCard(event.relatedTarget)) hide();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !card) return;
  event.preventDefault();
  leave();
});
document.addEventListener("pointerdown", (event) => {
  clearTimeout(timer);
  x = event.clientX; y = event.clientY;
  const a = wordAt(event.target);
  if (inCard(event.target)) pinned = true;
  else if (a !== word) hide();
}, true);
// The bar of a pinned card moves the rest down, so it waits until the click has reached its button.
for (const type of ["pointerup", "pointercancel"])
  document.addEventListener(type, () => setTimeout(() => card?.classList.toggle("pinned", pinned)), true);
document.addEventListener("selectionchange", () => { if (card && selecting()) hide(); });
document.addEventListener("beforetoggle", (event) => {
  if (event.target !== card && /** @type {ToggleEvent} */ (event).newState === "open" && !near(event.target, ".bar")) hide();
}, true);
$("main")?.addEventListener("scroll", () => { if (!pinned) hide(); }, { passive: true });

// A sheet is drawn down by its bar.
let drawn = NaN;
bar.addEventListener("pointerdown", (event) => { if (event.target !== close && event.target !== back) { drawn = event.clientY; bar.setPointerCapture(event.pointerId); } });
bar.addEventListener("pointermove", (event) => { if (event.clientY - drawn > DRAWN) { drawn = NaN; leave(); } });
bar.addEventListener("pointerup", () => { drawn = NaN; });

/** A click on a word: pins its card; on the word of a pinned card, closes it. @param {HTMLElement} a @param {MouseEvent} event */
export function press(a, event) {
  if (selecting()) return;
  const key = event.detail === 0;
  if (a === word && pinned && !key) return hide();
  show(a, true);
  if (key && card && !inCard(a)) (more.hidden ? close : more).focus({ preventScroll: true });
}

// The page has what a card says in short. The whole comes with the list of the article's terms, fetched once.
/** @param {string} list its address */
const fetchWhole = (list) => new Promise((done) => {
  const request = new XMLHttpRequest();
  request.open("GET", list + location.search);
  request.responseType = "document";
  request.onloadend = () => done(request.response);
  request.send();
});
/** @param {Document | null} response */
function fill(response) {
  for (const full of response ? $$(".card", response) : []) {
    const short = document.getElementById(full.id);
    if (!short?.matches(".card")) continue;
    short.replaceChildren(...full.childNodes);
    if (short !== card || !word) continue;
    dress();
    if (!sheet.matches) short.removeAttribute("style");
    place(short, piecesOf(word), pinned);
  }
}
const list = $("[data-all]")?.dataset.all;
/** Settled when the cards are whole. @type {Promise<void>} */
export const whole = list ? fetchWhole(list).then(fill) : Promise.resolve();

// The element under the pointer or with the focus while this file was fetched.
const waiting = $("[interestfor]:hover") ?? $("[interestfor]:focus-visible");
if (waiting && !root.dataset.look) timer = setTimeout(show, WAIT, waiting);
