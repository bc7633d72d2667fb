// @ts-check
/** Notes to the text: cards at their words, and margin notes on their lines. */
import { $, $$, h, near, root, say } from "../lib.js";

/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box */

const WAIT = 160, GRACE = 280, EDGE = 12, AWAY = 8;
export const sheet = matchMedia("(width < 48rem)");
const more = h("a", { tabIndex: -1 }, say("看全条"));
const row = h("div", { className: "more" }, more);

/** @type {HTMLElement | null} */ let card = null;
/** @type {HTMLElement | null} */ let word = null;
/** @type {HTMLElement | null} */ let pressed = null;
let touch = false, timer = 0, x = NaN, y = NaN;

/** @param {EventTarget | null} target */
const wordAt = (target) => near(target, "a[interestfor], .card li a");
/** @param {EventTarget | null} target */
const inCard = (target) => card !== null && target instanceof Node && card.contains(target);
/** @param {HTMLElement} a */
const idOf = (a) => a.getAttribute("interestfor") ?? `t-${a.getAttribute("href")?.split("/")[2]}`;

/** The margin notes of this word beside its own paragraph. @param {HTMLElement} a @param {boolean} on */
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

/** @param {HTMLElement} a @param {boolean} scroll the text may be moved to keep the word in sight */
function show(a, scroll = false) {
  clearTimeout(timer);
  if (word === a) return;
  // A member's card takes the place of the card it is named on.
  const at = inCard(a) && word ? word : a;
  hide();
  const to = document.getElementById(idOf(a));
  if (!to?.showPopover) return;
  to.classList.remove("up");
  row.replaceChildren(more);
  highlight(to, at);
  to.append(row);
  more.setAttribute("href", a.getAttribute("href") ?? "");
  to.style.visibility = "hidden";
  to.showPopover();
  card = to; word = at;
  place(to, piecesOf(at), scroll);
  to.style.visibility = "";
  at.setAttribute("aria-describedby", to.id);
  light(at, true);
  if (at !== a) at.focus({ preventScroll: true });
  else if (near(a, "article .x")) import("./list.js").then((list) => { if (card === to && word === a) row.prepend(list.term(a, to)); });
}

export function hide() {
  clearTimeout(timer);
  const was = card;
  forget();
  if (was?.matches(":popover-open")) was.hidePopover();
}

function forget() {
  if (word) { word.removeAttribute("aria-describedby"); light(word, false); }
  if (card) card.removeAttribute("style");
  card = word = null;
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
    if (scroll && room >= hidden && root.dataset.dir !== "v") scrollBy({ top: hidden });
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

// One way for all browsers: where the browser would open the card by itself, it is asked not to.
document.addEventListener("interest", (event) => event.preventDefault(), true);

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  const a = wordAt(event.target);
  if (inCard(event.target)) { clearTimeout(timer); return; }
  if (a === null || (root.dataset.look && near(a, ".x"))) return;
  clearTimeout(timer);
  x = event.clientX; y = event.clientY;
  if (a !== word) timer = setTimeout(show, WAIT, a);
});
document.addEventListener("pointerout", (event) => {
  if (event.pointerType !== "mouse" || !(wordAt(event.target) || inCard(event.target))) return;
  if (inCard(event.relatedTarget) || word && wordAt(event.relatedTarget) === word) return;
  clearTimeout(timer);
  timer = setTimeout(hide, GRACE);
});
document.addEventListener("focusin", (event) => {
  const a = wordAt(event.target);
  x = y = NaN;
  if (inCard(event.target)) return;
  // While words are looked up, the dictionary's card has the place of the term's.
  if (a?.matches(":focus-visible") && !(root.dataset.look && near(a, ".x"))) show(a);
  else if (!a) hide();
});
document.addEventListener("focusout", (event) => { if (word && event.target === word && document.hasFocus() && !inCard(event.relatedTarget)) hide(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !card) return;
  event.preventDefault();
  hide();
});
// A tap outside closes the card before its click arrives: so what was open is remembered when the finger comes down.
document.addEventListener("pointerdown", (event) => {
  touch = event.pointerType !== "mouse";
  x = event.clientX; y = event.clientY;
  const a = wordAt(event.target);
  pressed = a && a === word ? a : null;
  if (!a && !inCard(event.target)) hide();
}, true);
document.addEventListener("click", (event) => {
  const a = wordAt(event.target);
  if (!a || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (inCard(a) ? !document.getElementById(idOf(a)) : !touch || event.detail === 0 || a === pressed) return;
  event.preventDefault();
  show(a, true);
});
$("main")?.addEventListener("scroll", hide, { passive: true });
document.addEventListener("toggle", (event) => { if (event.target === card && /** @type {ToggleEvent} */ (event).newState === "closed") forget(); }, true);

/**
 * Each margin note on the line of its word, none touching another; what the paragraph has no room for is left to its card.
 * All is measured before anything is moved, and moving is only painting: a long article is laid out once, and nothing jumps.
 */
function align() {
  const lists = $$(".notes"), plans = [];
  for (const li of lists.flatMap((list) => $$("li", list))) { li.style.translate = ""; li.hidden = false; }
  if (root.dataset.dir === "v") return;
  for (const list of lists) {
    const text = $(".x", list.parentElement ?? document);
    if (!text || !list.offsetParent) continue;
    const top = list.getBoundingClientRect().top + parseFloat(getComputedStyle(list).paddingTop);
    const room = text.getBoundingClientRect().bottom + 24 - top;
    const notes = $$("li", list).map((li) => {
      const box = $(`[interestfor="t-${li.dataset.t}"], [data-t="${li.dataset.t}"]`, text)?.getClientRects()[0];
      return { li, at: box ? box.top - top : 0, size: li.offsetHeight };
    });
    let total = notes.reduce((sum, note) => sum + note.size, 0);
    const left = [];
    while (total > room && notes.length) { const note = notes.pop(); if (note) { left.push(note.li); total -= note.size; } }
    let floor = 0;
    for (const note of notes) { note.at = Math.max(note.at, floor); floor = note.at + note.size; }
    floor = room;
    for (const note of notes.toReversed()) { note.at = Math.max(0, Math.min(note.at, floor - note.size)); floor = note.at; }
    plans.push({ notes, left });
  }
  for (const { notes, left } of plans) {
    let stacked = 0;
    for (const { li, at, size } of notes) { li.style.translate = `0 ${at - stacked}px`; stacked += size; }
    for (const li of left) li.hidden = true;
  }
}
if ($(".notes")) {
  align();
  // At their lines now: they may be seen.
  root.dataset.set = "";
  document.fonts.ready.then(align);
  let wide = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== wide) { wide = innerWidth; align(); } });
  document.addEventListener("setting", () => requestAnimationFrame(align));
}
