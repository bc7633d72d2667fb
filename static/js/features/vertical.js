// @ts-check
/** Figures in vertical text: one or two digits side by side in one square, longer ones upright one below the other;
 * in words of other languages they lie on their side like the letters. */
import { $, $$, h, near } from "../lib.js";

const FIGURES = /\d+(?:[.,]\d+)*%?/g;

/** @param {string} words */
const upright = (words) => h("span", { className: words.length < 3 ? "tcy" : "up" }, words);

if (!$("link[href$='/vertical.css']")) document.head.append(h("link", { rel: "stylesheet", href: new URL("../../vertical.css", import.meta.url).href }));

/** Set the figures of the page upright; done once, and of no effect in horizontal text. */
export function figures() {
  for (const part of $$("article :is(h1, .x, .sect, .kai, .notes li, .facts)")) {
    const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), found = [];
    for (let node; (node = walk.nextNode());) if (/\d/.test(node.nodeValue ?? "") && !near(node.parentElement, ".tcy, .up, rt") && near(node.parentElement, "[lang]")?.getAttribute("lang")?.startsWith("zh")) found.push(/** @type {Text} */ (node));
    for (const node of found) {
      const pieces = [];
      let last = 0;
      for (const it of node.data.matchAll(FIGURES)) {
        pieces.push(node.data.slice(last, it.index), upright(it[0]));
        last = it.index + it[0].length;
      }
      node.replaceWith(...pieces, node.data.slice(last));
    }
  }
}
