// @ts-check
/** What every page does at once; the rest is fetched when it is first wanted. */

import { root, $, $$, near, h, settings, set } from "./lib.js";

document.addEventListener("click", async (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const at = near(event.target, "[data-act], [data-copy], [data-keep], .p .n, .s > .n, #marks [data-m], .toc a");
  if (!at) return;
  const { act, copy: from, m, keep } = at.dataset;
  // A page that was made without notes on words is asked for again.
  if (at.matches(".n, a[data-act]") || (m && article?.dataset.marks !== "none")) event.preventDefault();
  if (keep) {
    // Remembered, then followed; the paragraph in sight stays in sight.
    const [key, value] = keep.split("="), here = $$(".x").find((p) => p.getBoundingClientRect().bottom > innerHeight * .12);
    set(key, value);
    if (here && scrollY > innerHeight / 2) /** @type {HTMLAnchorElement} */ (at).hash = here.id;
  } else if (from) (await import("./features/share.js")).copyFrom(from);
  else if (at.matches(".n") || act === "share") {
    (await import("./features/share.js")).open(at);
    taught();
  }
  else if (act === "listen") (await import("./features/listen.js")).listen();
  else if (act === "jottings") (await import("./features/jottings.js")).open();
  else if (act === "taught") taught();
  else if (act === "own") (await import("./features/own.js")).keep(at);
  else if (act) (await import("./features/settings.js"))[act === "keys" ? "keys" : "defaults"]();
  else if (m) set("marks", m);
  else near(at, ".toc:popover-open")?.hidePopover();
});

/** The reader knows now how words open and numbers share: told no more, from the next page on without a gap. */
function taught() {
  if (root.dataset.taught) return;
  set("taught", "on");
  root.dataset.taught = "now";
}

// Cards are fetched at the reader's first move; where the browser would open one by itself, it is asked not to.
const cards = () => import("./features/cards.js");
if ($(".card")) {
  for (const type of ["pointermove", "pointerdown", "focusin"]) document.addEventListener(type, cards, { once: true, passive: true });
  document.addEventListener("interest", (event) => event.preventDefault(), true);
  document.addEventListener("click", async (event) => {
    const a = near(event.target, "[interestfor], .card li a[href^='/terms/']");
    if (!a || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !document.getElementById(a.getAttribute("interestfor") ?? `t-${a.getAttribute("href")?.split("/")[2]}`)) return;
    event.preventDefault();
    (await cards()).press(a, event);
    if (article) taught();
  });
  // A link cannot be selected from: while a button or finger is down on a word, it is none.
  document.addEventListener("pointerdown", (event) => {
    const a = near(event.target, ".x a.term"), href = a?.getAttribute("href");
    if (!a || !href || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    a.removeAttribute("href");
    for (const type of ["pointerup", "pointercancel", "blur"]) addEventListener(type, () => a.setAttribute("href", href), { once: true, capture: true });
  }, true);
}

document.addEventListener("keydown", async (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === "off" || !/^[/?jkwmvshnbctld]$/.test(event.key)) return;
  if (near(event.target, "input:not([type=checkbox], [type=radio]), textarea, select")) return;
  event.preventDefault();
  (await import("./features/keys.js")).press(event.key);
});

// The controls of the panel show the settings, and a change is stored. A control with data-not has the value for off.
const inputs = /** @type {HTMLInputElement[]} */ ($$("#view input"));
const follow = () => {
  for (const input of inputs) {
    const chosen = (root.dataset[input.name] ?? "") === input.value;
    input.checked = chosen !== input.hasAttribute("data-not");
  }
  if (root.dataset.look === "on" && $("#look")) import("./features/words.js");
};
follow();
document.addEventListener("setting", follow);
$("#view")?.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement) set(target.name, target.checked !== target.hasAttribute("data-not") ? target.value : "");
});

const article = $("article[data-marks]");
if (article) {
  let drawn = article.dataset.marks;
  /** Draw the terms as chosen: links and plain words change places, so that the keyboard stops only at marked ones. */
  const mark = () => {
    const now = root.dataset.marks ?? article.dataset.marks;
    for (const a of $$("#marks [data-m]")) a.dataset.m === now ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current");
    if (now === drawn) return;
    drawn = now;
    for (const old of $$(".x :is(.term, .t)", article)) {
      const link = now === "all" || (now === "core" && old.classList.contains("k"));
      if (link === old.matches("a")) continue;
      const id = old.dataset.t ?? old.getAttribute("interestfor")?.slice(2) ?? "";
      const href = old.dataset.href ?? old.getAttribute("href") ?? `/terms/${encodeURIComponent(id)}/`;
      const el = link ? h("a", { href, interestfor: `t-${id}` }) : h("span", { "data-t": id, "data-href": href });
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
  // A selection can be shared or marked; earlier marks are drawn.
  let chosen = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(chosen);
    chosen = setTimeout(async () => {
      if (root.dataset.look !== "on" && ($("#menu") || !getSelection()?.isCollapsed)) (await import("./features/share.js")).offer();
    }, 250);
  });
  let jotted = null;
  try { jotted = localStorage.getItem("meipi-jottings"); } catch { /* no storage: nothing was marked */ }
  if (jotted) import("./features/jottings.js");
}

// The title runs on at the head of every printed page.
addEventListener("beforeprint", () => root.style.setProperty("--running", JSON.stringify(document.title)));

/** What this browser has kept under a name. @param {string} name */
const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

/** What can wait until the page has been painted. */
function later() {
  if ($(".notes")) import("./features/margin.js");
  const left = kept("meipi-places"), again = $(".again"), stored = $("#kept"), own = $("#own");
  if ($("#learn")) import("./features/learn.js");
  if (again && left) import("./features/place.js").then((place) => place.list(again));
  if (stored) import("./features/offline.js").then((offline) => offline.list(stored));
  if (own) import("./features/own.js").then((texts) => texts.list(own));
  if (article) {
    if (left?.includes(JSON.stringify(location.pathname))) import("./features/place.js").then((place) => place.offer());
    addEventListener("scroll", () => { import("./features/place.js").then((place) => place.moved()); }, { passive: true, capture: true });
    const upright = () => { if (root.dataset.dir === "v") import("./features/vertical.js").then((text) => text.figures()); };
    upright();
    document.addEventListener("setting", upright);
    // Where there is a Chinese voice there is a button: in the settings at once, on the page, where it would now move the
    // text, from the next one on.
    const voices = () => {
      if (settings().voice || !speechSynthesis.getVoices().some((v) => /^(zh|cmn)/i.test(v.lang))) return;
      set("voice", "on");
      delete root.dataset.voice;
    };
    if ("speechSynthesis" in window) {
      voices();
      speechSynthesis.addEventListener?.("voiceschanged", voices);
    }
    // On paper no link can be followed: their addresses are listed.
    addEventListener("beforeprint", () => {
      $(".paper")?.remove();
      article.append(h("ol", { className: "paper" }, .../** @type {HTMLAnchorElement[]} */ ($$(".p > .n, a[rel~=external]", article)).map((a) => h("li", {}, `${a.textContent} ${a.href}`))));
    });
  }
  const worker = navigator.serviceWorker;
  if (!worker) return;
  worker.addEventListener("message", ({ data }) => { if (typeof data?.kept === "string") import("./features/offline.js").then((offline) => offline.told(data.kept)); });
  worker.controller?.postMessage("kept?");
  // A worker's address has to be vouched for where scripts may only come from trusted ones.
  const trusted = /** @type {any} */ (window).trustedTypes?.createPolicy("meipi", { createScriptURL: (/** @type {string} */ address) => address });
  worker.register(trusted?.createScriptURL("/sw.js") ?? "/sw.js").catch(() => { /* no worker here: nothing is kept */ });
}
if (PerformanceObserver.supportedEntryTypes?.includes("paint"))
  new PerformanceObserver((_, observer) => { observer.disconnect(); later(); }).observe({ type: "paint", buffered: true });
else setTimeout(later);
