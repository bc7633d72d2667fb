// @ts-check
/**
 * The reader's own notes: kept in this browser, sent nowhere, drawn over the text without touching it, and found again
 * after the text was edited.
 */
import { describe, seek } from "./anchor.js";
import { $, h, near, panels } from "../lib.js";
import { say, tell } from "../say.js";
import { address, article, base, blocks, rangeOf, textOf } from "./passage.js";

await panels();

/**
 * A note as it is kept. Offsets count UTF-16 units; `rev` is the revision it was made on, 0 for none.
 * @typedef {import("./anchor.js").Mark & { id: string, article: string, title: string, block: string, number: number, rev: number, note: string, created: string, modified: string }} Jotting
 */
/** The place of a note on this page. @typedef {{ block: HTMLElement, range: Range, start: number, changed: boolean, moved: boolean }} Place */

const panel = h("div", { className: "panel jots", popover: "auto", id: "jottings", role: "dialog", ariaLabel: say("我的批注") });
document.body.append(panel);
panel.addEventListener("beforetoggle", (event) => { if (/** @type {ToggleEvent} */ (event).newState === "open") draw(); });
panel.addEventListener("toggle", left);
const leaf = $("[data-leaf]"), text = $("article[data-rev]");
const drawn = typeof Highlight === "function" && CSS.highlights;

/** @type {Jotting[]} */ let kept = [];
/** @type {Map<string, Place>} */ const places = new Map();
/** @type {Map<string, Jotting>} */ const thrown = new Map();
let asked = 0;

// -- keeping

/** @type {Promise<IDBDatabase | null>} */
const store = new Promise((ok) => {
  try {
    const opening = indexedDB.open("meipi", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("jottings", { keyPath: "id" }).createIndex("article", "article");
    opening.onsuccess = () => ok(opening.result);
    opening.onerror = opening.onblocked = () => ok(null);
  } catch { ok(null); }
});
const others = "BroadcastChannel" in window ? new BroadcastChannel("meipi-jottings") : null;
others?.addEventListener("message", () => load().then(draw));

/** @template T @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} work @returns {Promise<T | null>} */
async function ask(mode, work) {
  const db = await store;
  if (!db) return null;
  return new Promise((ok) => {
    try {
      // Wait for the whole transaction: the reader may leave the page at once.
      const whole = db.transaction("jottings", mode), request = work(whole.objectStore("jottings"));
      // Else the browser commits only after the page has heard that the request is done: a page that is left never does.
      whole.commit();
      whole.oncomplete = () => ok(request.result);
      whole.onabort = () => ok(null);
    } catch { ok(null); }
  });
}

/** Everything kept, of all articles. @returns {Promise<Jotting[]>} */
async function everything() {
  return await ask("readonly", (jots) => jots.getAll()) ?? kept;
}

/** How often each note is being written just now: what the page has is newer than the store. @type {Map<string, number>} */ const underway = new Map();

/** @param {Jotting[]} some */
async function keep(...some) {
  for (const jot of some) {
    kept = [...kept.filter((it) => it.id !== jot.id), ...(jot.article === article ? [jot] : [])];
    underway.set(jot.id, (underway.get(jot.id) ?? 0) + 1);
  }
  for (const jot of some) {
    await ask("readwrite", (jots) => jots.put(jot));
    const left = (underway.get(jot.id) ?? 1) - 1;
    left ? underway.set(jot.id, left) : underway.delete(jot.id);
  }
  try { localStorage.setItem("meipi-jottings", "1"); } catch { /* then they are drawn when the list is opened */ }
  others?.postMessage("");
}

/** @param {Jotting} jot */
async function drop(jot) {
  kept = kept.filter((it) => it !== jot);
  await ask("readwrite", (jots) => jots.delete(jot.id));
  others?.postMessage("");
}

// -- finding

/** @param {Jotting} jot @param {HTMLElement} block @param {boolean} home @returns {Place | null} */
function placeIn(jot, block, home) {
  const found = seek(jot, textOf(block), home);
  return found && { block, range: rangeOf(block, found.start, found.end), start: found.start, changed: !found.exact, moved: block.id !== jot.block };
}

/** The paragraphs that a note's paragraph became, by the library's record; null: it was removed. @param {string} id @returns {Promise<string[] | null>} */
async function became(id) {
  try {
    const answer = await (await fetch(`${base}/api/v1/resolve/${article}/${id}`)).json();
    if (answer.state === "removed") return null;
    return answer.state === "merged" ? [answer.target] : answer.also ?? [];
  } catch { return []; }
}

/** Find a note: in its paragraph, in what that became, and elsewhere only if its very words are there. @param {Jotting} jot @returns {Promise<Place | null>} */
async function find(jot) {
  const all = blocks(), own = all.find((block) => block.id === jot.block);
  const here = own && placeIn(jot, own, true);
  if (here && !here.changed) return here;
  const next = await became(jot.block);
  if (!next) return null;
  const heirs = all.filter((block) => next.includes(block.id)).map((block) => placeIn(jot, block, true)).filter((it) => it !== null);
  const sure = heirs.find((it) => !it.changed);
  if (sure || here || heirs.length) return sure ?? here ?? heirs[0];
  if (leaf) return null;
  return all.map((block) => placeIn(jot, block, false)).find((it) => it && !it.changed) ?? null;
}

/** Put every note at its place and draw it. */
async function attach() {
  const turn = ++asked, found = await Promise.all(kept.map(find));
  if (turn !== asked) return;
  places.clear();
  kept.forEach((jot, n) => { const place = found[n]; if (place) places.set(jot.id, place); });
  paint();
}

function paint() {
  if (!drawn) return;
  const noted = kept.filter((jot) => jot.note), plain = kept.filter((jot) => !jot.note);
  for (const [name, some] of /** @type {[string, Jotting[]][]} */ ([["jot", plain], ["jot-note", noted]]))
    CSS.highlights.set(name, new Highlight(...some.flatMap((jot) => places.get(jot.id)?.range ?? [])));
}

/** Read the stored notes of this article and put them in their places. */
export async function load() {
  const read = await ask("readonly", (jots) => /** @type {IDBRequest<Jotting[]>} */ (jots.index("article").getAll(article)));
  if (read) kept = [...read.filter((jot) => !underway.has(jot.id)), ...kept.filter((jot) => underway.has(jot.id))];
  await attach();
}

// Marks are drawn anew when the words' elements change places: terms marked or not, readings shown or not.
let waiting = 0;
if (text) new MutationObserver((changes) => {
  if (!changes.some((change) => near(change.target, ".x, .sect"))) return;
  clearTimeout(waiting);
  waiting = setTimeout(attach, 60);
}).observe(text, { childList: true, subtree: true });

const ready = load();

// A click on marked words opens their note.
text?.addEventListener("click", (event) => {
  if (near(event.target, "a, button, label") || !getSelection()?.isCollapsed) return;
  const at = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const jot = at && kept.find((it) => places.get(it.id)?.range.isPointInRange(at.offsetNode, at.offset));
  if (jot) open(jot.id);
});

// -- the list

/** A closed list gives the focus up at once: until the next painting its field would still take the keys. */
function left() {
  const at = document.activeElement;
  if (at instanceof HTMLElement && panel.contains(at) && !panel.matches(":popover-open")) at.blur();
}

/** @param {string} label @param {() => void} onclick @param {string} [name] */
const button = (label, onclick, name) => h("button", { type: "button", onclick, ...(name ? { ariaLabel: `${label}：${name}` } : {}) }, label);

/** @param {Jotting} jot */
function row(jot) {
  const place = places.get(jot.id), short = jot.exact.length > 20 ? `${jot.exact.slice(0, 19)}…` : jot.exact;
  if (thrown.has(jot.id)) return h("li", { id: `jot-${jot.id}` }, h("p", {}, say("已删去：“%(words)s”", { words: short })), button(say("恢复"), async () => { thrown.delete(jot.id); await keep(jot); await attach(); draw(); }, short));
  const number = place ? Number($(".n", place.block.parentElement ?? document)?.textContent) || jot.number : jot.number;
  const facts = [h("span", {}, number ? say("第 %(number)s 段", { number }) : say("标题"))];
  if (place?.changed) facts.push(h("span", { className: "zhu" }, say("原文已改：“%(words)s”", { words: place.range.toString() })));
  else if (place?.moved) facts.push(h("span", { className: "zhu" }, say("已移到这一段")));
  else if (!place) facts.push(h("span", { className: "zhu" }, say("文中已找不到")), h("a", { href: address(jot.block, jot.rev) }, say("看当时的原段")));
  const note = h("textarea", { value: jot.note, rows: 2, maxLength: 10000, ariaLabel: say("对“%(words)s”的批注", { words: short }), placeholder: say("写批注，自动存下"), oninput: () => save(jot, note) }); // with every letter: who leaves the page loses none
  note.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { save(jot, note); panel.hidePopover(); left(); }
  });
  return h("li", { id: `jot-${jot.id}` }, h("blockquote", {}, jot.exact), h("p", { className: "facts" }, ...facts), note, h("p", { className: "row" },
    ...(place ? [button(say("定位"), () => jump(place), short)] : []),
    button(say("删除"), async () => { thrown.set(jot.id, jot); await drop(jot); await attach(); await draw(); $(`#jot-${CSS.escape(jot.id)} button`, panel)?.focus(); }, short)));
}

/** @param {Jotting} jot @param {HTMLElement} field */
function save(jot, field) {
  const value = /** @type {HTMLTextAreaElement} */ (field).value.trim();
  if (value === jot.note) return;
  jot.note = value;
  jot.modified = new Date().toISOString();
  keep(jot).then(paint);
}

/** @param {Place} place */
function jump({ block, range }) {
  panel.hidePopover();
  block.tabIndex = -1;
  block.focus({ preventScroll: true });
  getSelection()?.setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  (range.startContainer.parentElement ?? block).scrollIntoView({ block: "center" });
}

async function draw() {
  if (!panel.matches(":popover-open")) return;
  const order = blocks(), rank = (/** @type {Jotting} */ jot) => { const it = places.get(jot.id); return it ? order.indexOf(it.block) * 1e6 + it.start : Infinity; };
  const all = await everything(), elsewhere = all.filter((jot) => jot.article !== article).length, safe = await store;
  const shown = [...kept, ...[...thrown.values()].filter((jot) => !kept.includes(jot))].filter((jot) => !leaf || places.has(jot.id) || jot.block === leaf.dataset.leaf || thrown.has(jot.id));
  const hidden = kept.length - shown.filter((jot) => !thrown.has(jot.id)).length;
  const file = h("input", { type: "file", accept: ".json,.jsonld,.md,application/json,application/ld+json,text/markdown", hidden: true, onchange: async () => {
    const chosen = /** @type {HTMLInputElement} */ (file).files?.[0];
    if (chosen) tell(await (await import("./jotfiles.js")).take(chosen, await everything(), keep));
    await load(); draw();
  } });
  const give = (/** @type {"json" | "md"} */ kind) => async () => (await import("./jotfiles.js")).give(kind, await everything());
  panel.replaceChildren(
    h("h2", {}, say("我的批注")),
    h("p", { className: "dim" }, safe ? say("只存在这个浏览器里，不发送给任何人。浏览器清除数据时会一并清掉，要紧的请导出。")
      : say("这个浏览器不让本站存东西：批注只在这一页有效，离开就没有了，请先导出。")),
    ...(drawn ? [] : [h("p", { className: "dim" }, say("这个浏览器画不出划线，批注只列在这里。"))]),
    shown.length ? h("ol", {}, ...shown.sort((a, b) => rank(a) - rank(b)).map(row))
      : h("p", {}, say("还没有。选中一段里的字，按“划线”或“批注”；用键盘：v 选句，Shift 加方向键增减，h 划线，n 批注。")),
    ...(hidden > 0 ? [h("p", { className: "dim" }, say("本文别处另有 %(count)s 条，见", { count: hidden }), h("a", { href: `${base}/a/${article}/` }, say("全文")), "。")] : []),
    ...(elsewhere ? [h("p", { className: "dim" }, say("别的文章里另有 %(count)s 条，导出时都在内。", { count: elsewhere }))] : []),
    h("div", { className: "row" }, ...(all.length ? [button(say("导出 JSON-LD"), give("json")), button(say("导出 Markdown"), give("md"))] : []), button(say("导入"), () => file.click()), file, button(say("关闭"), () => panel.hidePopover())),
  );
}

/** Open the list, at one note. @param {string} [id] */
export async function open(id) {
  // Open at once: reading the stored notes may take time.
  if (!panel.matches(":popover-open")) panel.showPopover();
  await ready;
  await draw();
  const field = id ? $(`#jot-${CSS.escape(id)} textarea`, panel) : $("textarea, button", panel);
  field?.scrollIntoView({ block: "nearest" });
  field?.focus({ preventScroll: true });
}

/** Mark a passage, and on request go on to write on it. @param {import("./passage.js").Passage} part @param {boolean} write */
export async function add(part, write) {
  const whole = textOf(part.block), number = Number($(".n", part.block.parentElement ?? document)?.textContent ?? /\d+/.exec($(".ban h1")?.textContent ?? "")?.[0]) || 0;
  const now = new Date().toISOString(), same = kept.find((jot) => { const it = places.get(jot.id); return it?.block === part.block && it.start === part.start && jot.exact === part.text; });
  const jot = same ?? { id: crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join(""), article, title: $(".head h1")?.textContent ?? $(".crumb a + a")?.textContent ?? "", block: part.block.id, number, rev: Number(text?.dataset.rev) || 0, ...describe(whole, part.start, part.end), note: "", created: now, modified: now };
  if (!same) {
    const writing = keep(jot);
    if (!write) await writing;
    navigator.storage?.persist?.().catch(() => {});
    await attach();
  }
  getSelection()?.removeAllRanges();
  if (write) await open(jot.id);
  else tell(await store ? say("已划线，见“我的批注”") : say("已划线；这个浏览器不让存，离开这一页就没有了"));
}
