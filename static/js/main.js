// @ts-check
/** What every page does at once; the rest is fetched when it is first wanted. */

export const root = document.documentElement;
/** The first element that matches. @type {(css: string, from?: ParentNode) => HTMLElement | null} */
export const $ = (css, from = document) => from.querySelector(css);
/** All that match. @type {(css: string, from?: ParentNode) => HTMLElement[]} */
export const $$ = (css, from = document) => [.../** @type {NodeListOf<HTMLElement>} */ (from.querySelectorAll(css))];
/** The element or the one around it that matches. @type {(at: EventTarget | null, css: string) => HTMLElement | null} */
export const near = (at, css) => at instanceof Element ? at.closest(css) : null;

/** A wording of the interface: the one place where a catalogue would be asked. @param {string} text */
export const say = (text) => text;

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

document.addEventListener("click", async (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const at = near(event.target, "[data-act], [data-copy], .p > .n, .s > .n, #marks a, .toc a");
  if (!at) return;
  const { act, copy: from, m } = at.dataset;
  if (at.matches(".n, #marks a, a[data-act]")) event.preventDefault();
  if (from) (await import("./share.js")).copyFrom(from);
  else if (at.matches(".n") || act === "share") (await import("./share.js")).open(at);
  else if (act === "jottings") (await import("./jottings.js")).open();
  else if (act) (await import("./settings.js")).open();
  else if (m) set("marks", m);
  else near(at, ".toc:popover-open")?.hidePopover();
});

document.addEventListener("keydown", async (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === "off" || !/^[/?jkwmvshnb]$/.test(event.key)) return;
  if (near(event.target, "input:not([type=checkbox], [type=radio]), textarea, select")) return;
  event.preventDefault();
  (await import("./keys.js")).press(event.key);
});

const who = /** @type {HTMLInputElement | null} */ ($("#who"));
if (who) {
  const follow = () => { who.checked = root.dataset.who === "on"; };
  follow();
  who.addEventListener("change", () => set("who", who.checked ? "on" : ""));
  document.addEventListener("setting", follow);
}

const article = $("article[data-marks]");
if (article) {
  let drawn = article.dataset.marks;
  /** Draw the terms as chosen: links and plain words change places, so that what is not marked is no stop for the keyboard. */
  const mark = () => {
    const now = root.dataset.marks ?? article.dataset.marks;
    for (const a of $$("#marks a")) a.dataset.m === now ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current");
    if (now === drawn) return;
    drawn = now;
    for (const old of $$(".x :is(.term, .t)", article)) {
      const link = now === "all" || (now === "core" && old.classList.contains("k"));
      if (link === old.matches("a")) continue;
      const id = old.dataset.t ?? old.getAttribute("interestfor")?.slice(2) ?? "";
      const el = link ? h("a", { href: `/terms/${encodeURIComponent(id)}/`, interestfor: `t-${id}` }) : h("span", { "data-t": id });
      el.className = old.className.replace(/^\S+/, link ? "term" : "t");
      el.append(...old.childNodes);
      old.replaceWith(el);
    }
  };
  mark();
  document.addEventListener("setting", mark);

  // In vertical text the wheel turns the leaves.
  const vertical = () => root.dataset.dir === "v";
  const leaves = $("main");
  leaves?.addEventListener("wheel", (event) => {
    if (vertical() && Math.abs(event.deltaY) > Math.abs(event.deltaX)) leaves.scrollBy({ left: -event.deltaY, behavior: "instant" });
  }, { passive: true });

  // Where the reader is, in the contents.
  const links = /** @type {HTMLAnchorElement[]} */ ($$(".toc a"));
  const heads = links.map((a) => document.getElementById(a.hash.slice(1)));
  let last = -1, waiting = false;
  const here = () => {
    waiting = false;
    const passed = heads.findLastIndex((el) => {
      const box = el?.getBoundingClientRect();
      return box && (vertical() ? box.right > innerWidth * .66 : box.top < innerHeight * .34);
    });
    const at = Math.max(0, passed);
    if (at === last) return;
    links[last]?.removeAttribute("aria-current");
    links[last = at]?.setAttribute("aria-current", "true");
  };
  here();
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(here);
    waiting = true;
  }, { passive: true, capture: true });
}

if ($("article[data-rev]")) {
  // What is selected may be shared or marked; what was marked before is drawn.
  let chosen = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(chosen);
    chosen = setTimeout(async () => {
      if ($("#menu") || !getSelection()?.isCollapsed) (await import("./share.js")).offer();
    }, 250);
  });
  let jotted = null;
  try { jotted = localStorage.getItem("meipi-jottings"); } catch { /* no storage: nothing was marked */ }
  if (jotted) import("./jottings.js");
}
if ($(".card, .notes")) import("./notes.js");
