// @ts-check
/** Words and messages. Apart from lib.js, because a page that is not in Chinese fetches its words here. */
import { $, root } from "./lib.js";

/** Words by Chinese ones; the server makes the file from the catalogue of the language. @type {Record<string, string>} */
const words = root.lang.startsWith("zh") ? {} : (await import(`./words/${root.lang}.js`)).default;
/**
 * A message of the interface in the page's language; values fill its %(name)s.
 * @param {string} text @param {Record<string, string | number>} [values]
 */
export const say = (text, values = {}) => (words[text] ?? text).replace(/%\((\w+)\)s/g, (_, name) => String(values[name]));

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
