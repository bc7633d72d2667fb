// @ts-check
/**
 * Any word of a text: point at it, select it or walk to it, and its card shows its reading and meanings.
 * Asked of the server word by word; loaded when 查词 is switched on.
 */
import { $, $$, h, near, panels, root } from "../lib.js";
import { say, tell } from "../say.js";
import { hide as hideNote, piecesOf, place } from "./cards.js";
import { points, rangeOf, selected, textOf } from "./passage.js";
import { button } from "./list.js";

await panels();

/** @typedef {{ simplified: string, traditional: string, pinyin: string, meanings: string[], level: number | null, person: string | null }} Entry */
/** @typedef {{ text: string, start: number, end: number, url: string, entries: Entry[] }} Word */
/** @typedef {{ words: Word[], before?: number | null, after?: number | null, term?: { term: string, url: string } | null, attribution: { name: string, url: string, licence: string, licence_url: string } }} Answer */

const [article, version] = ($("article[data-look]")?.dataset.look ?? "/").split("/");
const card = h("div", { className: "card look", popover: "auto", id: "word", role: "region", "aria-live": "polite", ariaLabel: say("词典") });
// A pasted text has no address.
const own = article ? null : await import("./ownwords.js");
// In the page once everything listens: nothing is loaded after this.
document.body.append(card);

/** @type {{ block: HTMLElement, start: number, end: number, before: number | null, after: number | null } | null} */ let here = null;
let turn = 0;

/** Code points to UTF-16 units. @param {string} text @param {number} at */
const units = (text, at) => [...text].slice(0, at).join("").length;
const on = () => root.dataset.look === "on";
const blocks = () => $$("article .x");
const marks = "highlights" in CSS ? new Highlight() : null;
if (marks) CSS.highlights.set("look", marks);

/** @param {string} query @param {RequestInit} [init] @returns {Promise<Answer | null>} */
async function ask(query, init) {
  try {
    const answer = await fetch(`/api/v1/words${query}`, init);
    return answer.ok ? await answer.json() : null;
  } catch { return null; }
}

/** @param {Word} word */
function meanings(word) {
  return word.entries.slice(0, 3).flatMap((entry) => [
    h("p", { lang: "zh-Latn" }, entry.pinyin, ...entry.level ? [h("span", { className: "tag", title: "GF0025-2021" }, `HSK ${entry.level === 7 ? "7–9" : entry.level}`)] : [],
      ...entry.traditional !== entry.simplified && !entry.person ? [h("span", { lang: "zh-Hant", className: "hant" }, entry.traditional)] : []),
    h("ol", { lang: entry.person ? "zh" : "en" }, ...entry.meanings.slice(0, 5).map((meaning) => h("li", {}, meaning))),
  ]);
}

/** @param {Answer} answer @param {Word} word the one to show, of those in the answer */
function fill(answer, word) {
  const { attribution: by, term } = answer, person = word.entries[0]?.person;
  const inner = answer.words.filter((w, i, all) => w.text !== word.text && all.findIndex((o) => o.text === w.text) === i);
  const block = here?.block, at = here?.start ?? 0;
  card.replaceChildren(
    h("div", { className: "hd" }, h("dfn", { lang: "zh" }, word.text), ...person ? [h("span", { className: "tag" }, say("本文人物"))] : []),
    ...meanings(word),
    ...term ? [h("p", { className: "facts" }, h("a", { href: term.url }, `${say("词语表")}：${term.term}`))] : [],
    ...inner.length ? [h("p", { className: "inner", ariaLabel: say("其中的词") }, ...inner.slice(0, 8).map((w) =>
      h("button", { type: "button", lang: "zh", onclick: () => { fill(answer, w); $(".inner button", card)?.focus(); } }, w.text)))] : [],
    h("div", { className: "end" },
      ...block && article ? [button({ a: article, b: block.id, at: at + (answer.words[0] === word ? 0 : word.start - answer.words[0].start), w: word.text, p: word.entries[0]?.pinyin ?? "", m: word.entries[0]?.meanings[0] ?? "" })] : [],
      h("a", { href: word.url }, say(person ? "查看此人" : "完整词条")),
      ...person ? [] : [h("a", { className: "by", href: by.url, rel: "external", title: by.licence }, by.name)]),
  );
}

/** @param {Answer | null} answer @param {HTMLElement} block @param {number} start @param {number} end code points @param {{ x: number, y: number }} [from] */
function show(answer, block, start, end, from) {
  if (!answer?.words.length) return;
  hideNote();
  const text = textOf(block), range = rangeOf(block, units(text, start), units(text, end));
  here = { block, start, end, before: answer.before ?? null, after: answer.after ?? null };
  marks?.clear();
  marks?.add(range);
  fill(answer, answer.words[0]);
  card.removeAttribute("style");
  card.classList.remove("up");
  card.style.visibility = "hidden";
  if (!card.matches(":popover-open")) card.showPopover();
  const box = range.getBoundingClientRect();
  if (box.top < 8 || box.bottom > innerHeight - 8) scrollBy({ top: box.top - innerHeight / 3, behavior: "instant" });
  place(card, piecesOf(range), true, from ?? { x: NaN, y: NaN });
  card.style.visibility = "";
}

/**
 * Look up the word at a place; with a direction, the next one that way that has an entry.
 * @param {HTMLElement} block @param {number} at code point @param {{ x: number, y: number }} [from] @param {1 | -1} [way]
 */
async function look(block, at, from, way) {
  const mine = ++turn;
  for (let tries = 0; tries < 40; tries += 1) {
    const answer = own ? await own.lookUp(block, at, ask) : await ask(`/${article}/${block.id}?at=${at}&v=${version}`);
    if (mine !== turn || !on()) return;
    if (answer === null) return tell(say("查不到：连不上词典"));
    const word = answer.words[0];
    if (word) return show(answer, block, word.start, word.end, from);
    if (!way) return tell(say("词典里没有这个词"));
    const next = way > 0 ? answer.after : answer.before;
    if (next !== null && next !== undefined) { at = next; continue; }
    const beside = neighbour(block, way);
    if (!beside) return;
    [block, at] = beside;
  }
}

/** The block before or after, and where to begin in it. @param {HTMLElement} block @param {1 | -1} way @returns {[HTMLElement, number] | null} */
function neighbour(block, way) {
  const all = blocks(), next = all[all.indexOf(block) + way];
  return next ? [next, way > 0 ? 0 : Math.max(0, [...textOf(next)].length - 1)] : null;
}

/** @param {1 | -1} way */
function walk(way) {
  if (!here || !card.matches(":popover-open")) {
    const first = here?.block ?? blocks().find((p) => p.getBoundingClientRect().bottom > innerHeight * .12);
    return first && look(first, here?.start ?? 0, undefined, 1);
  }
  const next = way > 0 ? here.after : here.before;
  if (next !== null) return look(here.block, next, undefined, way);
  const beside = neighbour(here.block, way);
  return beside && look(...beside, undefined, way);
}

/** The code point under a point of the screen, and its block. @param {number} x @param {number} y @returns {[HTMLElement, number] | null} */
function under(x, y) {
  const any = /** @type {any} */ (document);
  const caret = any.caretPositionFromPoint?.(x, y), range = caret ? null : any.caretRangeFromPoint?.(x, y);
  let node = caret?.offsetNode ?? range?.startContainer, offset = caret?.offset ?? range?.startOffset ?? 0;
  const block = near(node instanceof Element ? node : node?.parentElement, "article .x");
  if (!block || !node) return null;
  const ruby = near(node instanceof Element ? node : node.parentElement, "rt")?.parentElement;
  if (ruby) [node, offset] = [ruby.firstChild ?? node, 0];
  const before = new Range();
  before.selectNodeContents(block);
  before.setEnd(node, offset);
  const holder = h("p", {});
  holder.append(before.cloneContents());
  const text = textOf(block), at = textOf(holder).length;
  // The caret is between two characters: take the one under the point.
  for (const start of [at, at - 1]) {
    if (start < 0 || start >= text.length) continue;
    const hit = piecesOf(rangeOf(block, start, start + 1)).some((r) => x >= r.left - 1 && x <= r.right + 1 && y >= r.top - 4 && y <= r.bottom + 4);
    if (hit) return [block, points(text, start)];
  }
  return ruby ? [block, points(text, at)] : null;
}

document.addEventListener("click", (event) => {
  if (!on() || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !near(event.target, "article .x")) return;
  event.preventDefault();
  event.stopPropagation();
  if (selected()) return;
  const place = under(event.clientX, event.clientY);
  if (place) look(...place, { x: event.clientX, y: event.clientY });
}, true);

let chosen = 0;
document.addEventListener("selectionchange", () => {
  clearTimeout(chosen);
  if (on()) chosen = setTimeout(async () => {
    const part = selected();
    if (!part || [...part.text].length > 20 || !part.block.matches(".x")) return;
    const mine = ++turn; // only now: a click moves the caret too, and its own answer may still be on its way
    const start = points(textOf(part.block), part.start), end = start + [...part.text].length;
    const answer = await ask(`?q=${encodeURIComponent(part.text)}`, own ? { cache: "no-store" } : {});
    if (mine === turn && on()) show(answer, part.block, start, end);
  }, 350);
});

document.addEventListener("keydown", (event) => {
  if (!on() || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const inside = near(event.target, "#word") !== null, vertical = root.dataset.dir === "v";
  if (event.key === "Escape" && card.matches(":popover-open")) {
    event.preventDefault();
    card.hidePopover();
    return;
  }
  if (near(event.target, "input:not([type=checkbox]), textarea, select, summary") || (near(event.target, "a, button") && !inside && event.key === "Enter")) return;
  const [forward, back] = vertical ? ["ArrowDown", "ArrowUp"] : ["ArrowRight", "ArrowLeft"];
  if (event.key === forward || event.key === back) walk(event.key === forward ? 1 : -1);
  else if (event.key === "Enter" && !inside && card.matches(":popover-open")) $("button, a", card)?.focus();
  else return;
  event.preventDefault();
});

card.addEventListener("toggle", (event) => {
  if (/** @type {ToggleEvent} */ (event).newState === "closed") { marks?.clear(); card.removeAttribute("style"); }
});
document.addEventListener("setting", () => { if (!on() && card.matches(":popover-open")) card.hidePopover(); });
