// @ts-check
/** The reader's own list of words, kept in this browser alone. */
import { $, h, near } from "../lib.js";
import { say, tell } from "../say.js";
import { article, textOf } from "./passage.js";

/** Article, block, code point, word, pinyin, meaning. @typedef {{ a: string, b: string, at: number, w: string, p: string, m: string }} Item */

const KEY = "meipi-words", MOST = 200;

/** @returns {Item[]} */
export function all() {
  try { return JSON.parse(localStorage.getItem(KEY) ?? "[]").filter((/** @type {Item} */ it) => it.a); } catch { return []; }
}
/** @param {Item[]} items */
export function keep(items) {
  try { localStorage.setItem(KEY, JSON.stringify(items.slice(0, MOST))); } catch { tell(say("这个浏览器存不下")); }
}
/** @param {Item} one @param {Item} other */
export const same = (one, other) => one.a === other.a && one.b === other.b && one.w === other.w;

/** A button that puts a word on the list, or takes it off. @param {Item} item @param {number} [tabIndex] */
export function button(item, tabIndex = 0) {
  const has = () => all().some((it) => same(it, item));
  const self = h("button", { type: "button", className: "keep", tabIndex });
  const draw = () => { self.setAttribute("aria-pressed", String(has())); self.textContent = say(has() ? "已加入" : "加入生词表"); };
  self.addEventListener("click", (event) => {
    event.stopPropagation();
    const rest = all().filter((it) => !same(it, item));
    if (has()) keep(rest);
    else if (rest.length >= MOST) tell(say("生词表满了，最多二百个"));
    else { keep([...rest, item]); tell(say("已加入生词表")); }
    draw();
  });
  draw();
  return self;
}

/** The button for a term in the text; null in a pasted text, which has no address. @param {HTMLElement} a @param {HTMLElement} card */
export function term(a, card) {
  if (!article) return null;
  const block = near(a, ".x");
  return button({ a: article, b: block?.id ?? "", at: 0, w: textOf(a), p: $("[lang=zh-Latn]", card)?.textContent ?? "", m: $("p:not(.en)", card)?.textContent ?? "" }, -1);
}

/** The address of the list as a file. @param {"csv" | "apkg"} form @param {Item[]} items */
export const file = (form, items) =>
  `/learn/list.${form}?items=${items.map(({ a, b, at, w }) => encodeURIComponent(`${a}.${b}.${at}.${w}`)).join(",")}`;
