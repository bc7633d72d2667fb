// @ts-check
/** Wording and messages. Apart from lib.js, because a page in English fetches its wordings with it. */
import { $, root } from "./lib.js";

/** English by Chinese wording, on a page in English. @type {Record<string, string>} */
const english = root.lang === "en" ? (await import("./en.js")).default : {};
/** A wording of the interface, in the page's language. @param {string} text */
export const say = (text) => english[text] ?? text;

let silence = 0;
/** Tell in the live region, for eyes and screen readers alike. @param {string} text */
export function tell(text) {
  const live = $("#live");
  if (!live) return;
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; });
  clearTimeout(silence);
  silence = setTimeout(() => { live.textContent = ""; }, 2600);
}
/** @param {string} text @param {string} done */
export async function copy(text, done) {
  try { await navigator.clipboard.writeText(text); tell(done); } catch { tell(say("浏览器不让复制，请选中后复制")); }
}
