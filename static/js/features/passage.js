// @ts-check
/** Words of a paragraph as offsets, and back. Readings between the words (rt) do not count. */
import { $$, near } from "../lib.js";

/** A stretch of one block: offsets count UTF-16 units of its text. @typedef {{ block: HTMLElement, start: number, end: number, text: string }} Passage */

/** The article of this page and the part of the address before it. */
export const [, base = "", article = ""] = /^(.*?)\/a\/([^/]+)\//.exec(location.pathname) ?? [];
/** The blocks of this page that have an address. */
export const blocks = () => $$("article :is(.x, .sect)[id]");
/** The address of a block. @param {string} id @param {number} [rev] */
export const address = (id, rev) => `${location.origin}${base}/a/${article}/${id}${rev ? `@${rev}` : ""}/`;

/** @param {Element} block */
function* pieces(block) {
  const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) if (!near(node.parentElement, "rt, rp")) yield /** @type {Text} */ (node);
}

/** @param {Element} block */
export const textOf = (block) => [...pieces(block)].map((node) => node.data).join("");

/** Where a range lies in a block, white space at its ends left out; null when nothing of it does. @param {HTMLElement} block @param {Range} range @returns {Passage | null} */
function within(block, range) {
  let at = 0, start = -1, end = -1;
  for (const node of pieces(block)) {
    if (range.intersectsNode(node)) {
      const a = node === range.startContainer ? range.startOffset : 0, z = node === range.endContainer ? range.endOffset : node.length;
      if (a < z) { if (start < 0) start = at + a; end = at + z; }
    }
    at += node.length;
  }
  const all = textOf(block), words = all.slice(Math.max(start, 0), Math.max(end, 0)), text = words.trim();
  if (!text) return null;
  start += words.indexOf(text);
  return { block, start, end: start + text.length, text };
}

/** The whole of a block. @param {HTMLElement} block @returns {Passage} */
export const whole = (block) => { const text = textOf(block); return { block, start: 0, end: text.length, text }; };

/** The selection, block by block. @returns {Passage[]} */
export function selectedIn() {
  const chosen = getSelection();
  if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return [];
  const range = chosen.getRangeAt(0);
  return blocks().filter((block) => range.intersectsNode(block)).map((block) => within(block, range)).filter((it) => it !== null);
}

/** The selection, if it is inside one block. @returns {Passage | null} */
export function selected() {
  const found = selectedIn();
  return found.length === 1 ? found[0] : null;
}

/** @param {HTMLElement} block @param {number} start @param {number} end */
export function rangeOf(block, start, end) {
  const range = new Range();
  let at = 0, begun = false;
  for (const node of pieces(block)) {
    if (!begun && start < at + node.length) { range.setStart(node, start - at); begun = true; }
    if (begun && end <= at + node.length) { range.setEnd(node, end - at); break; }
    at += node.length;
  }
  return range;
}

/** UTF-16 units to code points, as the rest of the world counts. @param {string} text @param {number} at */
export const points = (text, at) => [...text.slice(0, at)].length;
