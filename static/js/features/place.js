// @ts-check
/** Where the reader left each article, kept in this browser: offered on return, listed in the library, forgotten at the end. */
import { $, $$, h, near, root } from "../lib.js";
import { say } from "../say.js";

/** @typedef {{ id: string, n: number, of: number, title: string, when: number }} Place */

const KEY = "meipi-places", MOST = 60;
const [, address = "", article = ""] = /^(.*\/a\/([^/]+)\/)$/.exec(location.pathname) ?? [];

/** @returns {Record<string, Place>} by the article's address */
function places() {
  try { return JSON.parse(localStorage.getItem(KEY) ?? "{}"); } catch { return {}; }
}
/** @param {Record<string, Place>} all */
function keep(all) {
  const latest = Object.entries(all).sort(([, a], [, b]) => b.when - a.when).slice(0, MOST);
  try {
    if (latest.length) localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(latest)));
    else localStorage.removeItem(KEY);
  } catch { /* no storage: nothing is kept */ }
}
/** @param {string} href */
function forget(href) {
  const all = places();
  delete all[href];
  keep(all);
}

let timer = 0;
/** Remember the paragraph at the upper third of the screen; at the last one the article has been read. */
function remember() {
  const all = $$(".p .x[id]"), vertical = root.dataset.dir === "v";
  // The boxes follow one another, so the one that is being read is found by halving.
  let low = 0, high = all.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1, box = /** @type {Element} */ (all[middle].parentElement).getBoundingClientRect();
    if (vertical ? box.left > innerWidth * .67 : box.bottom < innerHeight * .33) low = middle + 1; else high = middle;
  }
  const end = $(".tail")?.getBoundingClientRect();
  if (low === 0 || (end && (vertical ? end.left > 0 : end.top < innerHeight))) return forget(address);
  const at = all[low], title = $(".head h1")?.textContent ?? document.title;
  const n = Number($(".n", at.parentElement ?? at)?.textContent) || low + 1;
  keep({ ...places(), [address]: { id: at.id, n, of: all.length, title, when: Date.now() } });
}
/** To be called at every movement of the page. */
export function moved() {
  if (!article) return;  // a pasted text has no address to come back to
  clearTimeout(timer);
  timer = setTimeout(remember, 400);
}
if (article) addEventListener("pagehide", () => { if (timer) remember(); });

/** Whether a paragraph is on the screen or above it. @param {string} id */
const inSight = (id) => (document.getElementById(id)?.getBoundingClientRect().top ?? innerHeight) < innerHeight;

/** Offer the way back: at the lower edge, above the text and moving nothing; gone when taken, closed or no longer of use. */
export function offer() {
  const left = places()[address];
  if (!left || location.hash || root.scrollTop > 0 || inSight(left.id)) return;
  const box = h("nav", { className: "back", ariaLabel: say("上次读到的地方") },
    h("a", { href: `#${left.id}`, onclick: () => box.remove() }, say("继续读第 %(number)s 段", { number: left.n })),
    h("button", { type: "button", ariaLabel: say("不用"), onclick: () => { forget(address); box.remove(); } }, "×"));
  $("main")?.before(box);
  const past = () => { if (inSight(left.id)) { box.remove(); removeEventListener("scroll", past); } };
  addEventListener("scroll", past, { passive: true });
}

/** On the library page: what has been begun, latest first. @param {HTMLElement} list */
export function list(list) {
  const begun = Object.entries(places()).sort(([, a], [, b]) => b.when - a.when).slice(0, 3);
  list.replaceChildren(...begun.map(([href, it]) => h("p", {},
    h("a", { href: `${href}#${it.id}` }, h("b", {}, say("继续读")), h("span", {}, it.title), h("i", {}, `${it.n}／${it.of} ${say("段")}`)),
    h("button", { type: "button", ariaLabel: `${say("从这里去掉")}：${it.title}` }, "×"))));
  list.addEventListener("click", (event) => {
    const row = near(event.target, "button")?.parentElement, href = row && $("a", row)?.getAttribute("href");
    if (!row || !href) return;
    forget(href.replace(/#.*/, ""));
    // The rows below keep their places: nothing moves under the pointer.
    row.style.visibility = "hidden";
  });
}
