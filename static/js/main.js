// @ts-check
/** What every page does at once; the rest is fetched when it is first wanted. */

const root = document.documentElement;
/** @type {Record<string, string>} */
let english = {};
if (root.lang.startsWith("en")) english = (await import("./en.js")).default;

/** A wording of the interface; the Chinese one is its name. @param {string} text */
export const say = (text) => english[text] ?? text;

/** The kept settings. @returns {Record<string, string>} */
export function settings() {
  try { return JSON.parse(localStorage.getItem("meipi") ?? "{}"); } catch { return {}; }
}

/**
 * Keep a setting and apply it; an empty value returns to the default.
 * @param {string} key @param {string} value
 */
export function set(key, value) {
  const kept = settings();
  if (value) kept[key] = root.dataset[key] = value;
  else { delete kept[key]; delete root.dataset[key]; }
  try { localStorage.setItem("meipi", JSON.stringify(kept)); } catch { /* this page only */ }
  document.dispatchEvent(new CustomEvent("setting", { detail: key }));
}

/** Tell in the live region, for eyes and screen readers alike. @param {string} text */
export function tell(text) {
  const live = /** @type {HTMLElement} */ (document.getElementById("live"));
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; });
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { live.textContent = ""; }, 2600);
}
tell.timer = 0;

/** @param {string} text @param {string} done */
export async function copy(text, done) {
  try { await navigator.clipboard.writeText(text); tell(done); }
  catch { tell(say("浏览器不让复制，请长按或选中后复制")); }
}

/**
 * An element with properties and children.
 * @param {string} name @param {Record<string, any>} [props] @param {...(Node | string)} children
 */
export function h(name, props = {}, ...children) {
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(props)) key in el ? /** @type {any} */ (el)[key] = value : el.setAttribute(key, value);
  el.append(...children);
  return el;
}

document.addEventListener("click", async (event) => {
  if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const at = event.target.closest("[data-act=settings], [data-copy], .p > .n, .sect > .n, #marks a, .toc a");
  if (!(at instanceof HTMLElement)) return;
  if (at.dataset.copy) {
    const from = /** @type {HTMLElement} */ (document.querySelector(at.dataset.copy));
    copy(from.innerText, say("已复制"));
  } else if (at.dataset.act) (await import("./settings.js")).toggle(at);
  else if (at.matches(".n")) { event.preventDefault(); (await import("./share.js")).open(/** @type {HTMLAnchorElement} */ (at)); }
  else if (at.dataset.m) { event.preventDefault(); set("marks", at.dataset.m); }
  else if (at.closest(".toc:popover-open")) /** @type {HTMLElement} */ (at.closest(".toc")).hidePopover();
});

document.addEventListener("keydown", async (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === "off" || !/^[/?jkwm]$/.test(event.key)) return;
  if (event.target instanceof Element && event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  event.preventDefault();
  (await import("./keys.js")).press(event.key);
});

const who = /** @type {HTMLInputElement | null} */ (document.getElementById("who"));
if (who) {
  const follow = () => { who.checked = root.dataset.who === "on"; };
  follow();
  who.addEventListener("change", () => set("who", who.checked ? "on" : ""));
  document.addEventListener("setting", follow);
}

const article = /** @type {HTMLElement | null} */ (document.querySelector("article[data-marks]"));
if (article) {
  document.addEventListener("setting", () => mark());

  /** Draw the terms as chosen: links and plain words change places, so that what is not marked is no stop for the keyboard. */
  const mark = () => {
    const now = root.dataset.marks ?? article.dataset.marks;
    for (const a of document.querySelectorAll("#marks a")) a instanceof HTMLElement && (a.dataset.m === now ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current"));
    if (now === article.dataset.now) return;
    article.dataset.now = now;
    for (const old of article.querySelectorAll(".x :is(.term, .t)")) {
      const core = old.classList.contains("k"), link = now === "all" || (now === "core" && core);
      if (link === old.matches("a")) continue;
      const id = old.getAttribute("interestfor")?.slice(2) ?? old.getAttribute("data-t") ?? "";
      const el = link ? h("a", { href: `/terms/${encodeURIComponent(id)}/`, interestfor: `t-${id}` }) : h("span", { "data-t": id });
      el.className = old.className.replace(/^\S+/, link ? "term" : "t");
      el.append(...old.childNodes);
      old.replaceWith(el);
    }
  };
  article.dataset.now = article.dataset.marks;
  mark();

  // Where the reader is, in the contents.
  const links = [.../** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".toc a"))];
  const heads = links.map((a) => document.getElementById(decodeURIComponent(a.hash.slice(1))));
  let last = -1;
  const here = () => {
    const vertical = root.dataset.dir === "v";
    let at = 0;
    heads.forEach((el, i) => {
      const box = el?.getBoundingClientRect();
      if (box && (vertical ? box.right > innerWidth * .66 : box.top < innerHeight * .34)) at = i;
    });
    if (at === last) return;
    links[last]?.removeAttribute("aria-current");
    links[last = at]?.setAttribute("aria-current", "true");
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; here(); });
  }, { passive: true, capture: true });
  here();
}
if (document.querySelector(".card, .notes")) import("./notes.js");
