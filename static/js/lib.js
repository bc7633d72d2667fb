// @ts-check
/** What every script of a page needs: finding and making elements, settings. Imports nothing else. */

export const root = document.documentElement;
/** The first element that matches. @type {(css: string, from?: ParentNode) => HTMLElement | null} */
export const $ = (css, from = document) => from.querySelector(css);
/** All that match. @type {(css: string, from?: ParentNode) => HTMLElement[]} */
export const $$ = (css, from = document) => [.../** @type {NodeListOf<HTMLElement>} */ (from.querySelectorAll(css))];
/** The element or the one around it that matches. @type {(at: EventTarget | null, css: string) => HTMLElement | null} */
export const near = (at, css) => at instanceof Element ? at.closest(css) : null;

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

/** @type {Promise<unknown> | undefined} */ let dressed;
/** The style of layers above the page: fetched when the first of them is wanted. */
export const panels = () => dressed ??= new Promise((done) => {
  document.head.append(h("link", { rel: "stylesheet", href: new URL("../panels.css", import.meta.url).href, onload: done, onerror: done }));
});
