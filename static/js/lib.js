// @ts-check
/** What every script of a page needs: finding and making elements, wording, settings, messages. Imports nothing else. */

export const root = document.documentElement;
/** The first element that matches. @type {(css: string, from?: ParentNode) => HTMLElement | null} */
export const $ = (css, from = document) => from.querySelector(css);
/** All that match. @type {(css: string, from?: ParentNode) => HTMLElement[]} */
export const $$ = (css, from = document) => [.../** @type {NodeListOf<HTMLElement>} */ (from.querySelectorAll(css))];
/** The element or the one around it that matches. @type {(at: EventTarget | null, css: string) => HTMLElement | null} */
export const near = (at, css) => at instanceof Element ? at.closest(css) : null;

/** English by Chinese wording, on a page in English. @type {Record<string, string>} */
const english = root.lang === "en" ? (await import("./en.js")).default : {};
/** A wording of the interface, in the page's language. @param {string} text */
export const say = (text) => english[text] ?? text;

/**
 * An element with properties (or attributes) and children.
 * @param {string} name @param {Record<string, any>} [props] @param {...(Node | string)} children
 */
export function h(name, props = {}, ...children) {
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(props)) key in el ? Object.assign(el, { [key]: value }) : el.setAttribute(key, value);
  el.append(...children);
  return el;
}

/** The kept settings. @returns {Record<string, string>} */
export function settings() {
  try { return JSON.parse(localStorage.getItem("meipi") ?? "{}"); } catch { return {}; }
}
/** Keep a setting and apply it; an empty value returns to the default. @param {string} key @param {string} value */
export function set(key, value) {
  const kept = settings();
  delete kept[key];
  delete root.dataset[key];
  if (value) kept[key] = root.dataset[key] = value;
  try { localStorage.setItem("meipi", JSON.stringify(kept)); } catch { /* this page only */ }
  document.dispatchEvent(new Event("setting"));
}

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

/** @type {Promise<unknown> | undefined} */ let dressed;
/** The style of layers above the page: fetched when the first of them is wanted. */
export const panels = () => dressed ??= new Promise((done) => {
  document.head.append(h("link", { rel: "stylesheet", href: new URL("../panels.css", import.meta.url).href, onload: done, onerror: done }));
});
