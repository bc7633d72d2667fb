// @ts-check
/** Sharing a paragraph or words of it: its address, its words with their source, its picture, its citation. */
import { $, h, near, panels } from "../lib.js";
import { copy, say, tell } from "../say.js";
import { address, article, base, points, rangeOf, selectedIn, textOf, whole } from "./passage.js";

await panels();

/** @typedef {import("./passage.js").Passage} Passage */
/** @typedef {{ number: number, text: string, source: string, said: { start: number, end: number, type: string, by: string }[], cards: { text: string, href: string }[], refused: string, lacking: string, lines: { text: string, href: string } | null, citation: Record<string, string> }} Cited */

const sheet = matchMedia("(width < 48rem)");
const menu = h("div", { className: "menu", popover: "auto", id: "menu", role: "dialog", ariaLabel: say("分享") });
const bar = h("div", { className: "bar", popover: "manual", role: "toolbar", ariaLabel: say("所选的字") });
($("main") ?? document.body).append(bar);
document.body.append(menu);
/** @type {HTMLElement | null} */ let from = null;
/** @type {Passage[]} */ let chosen = [];
let closed = 0;

menu.addEventListener("toggle", (event) => {
  const open = /** @type {ToggleEvent} */ (event).newState === "open";
  from?.setAttribute("aria-expanded", String(open));
  if (!open) closed = performance.now();
});
menu.addEventListener("click", (event) => { if (near(event.target, "a, button")) menu.hidePopover(); });

/** @type {Map<string, Promise<Cited | null>>} */
const known = new Map();
/** The library's facts about a paragraph; null without an answer. @param {string} id */
function ask(id) {
  const asked = known.get(id) ?? fetch(`${base}/api/v1/cite/${article}/${id}`).then((answer) => answer.ok ? answer.json() : null, () => null);
  known.set(id, asked);
  asked.then((cited) => { if (!cited) known.delete(id); });
  return asked;
}

const today = () => new Date().toLocaleDateString("sv");
/** A citation with the day of access. @param {string} form @param {string} text */
function dated(form, text) {
  const day = today();
  if (form === "bibtex") return text.replace(/\n}\s*$/, `,\n  urldate = {${day}}\n}`);
  if (form !== "csl") return text.replace("[引用日期]", `[${day}]`);
  const items = JSON.parse(text);
  for (const item of items) item.accessed = { "date-parts": [day.split("-").map(Number)] };
  return JSON.stringify(items, null, 1);
}
/** Copy the text of an element of a paragraph's page. @param {string} id */
export const copyFrom = (id) => copy(dated(id, $(`#${id}`)?.textContent ?? ""), say("已复制"));

/** Words in quotation marks, those inside changed from double to single and back. @param {string} text */
function quoted(text) {
  const swap = (/** @type {string} */ a, /** @type {string} */ b) => [...text].map((c, at) =>
    c === "’" && /[A-Za-z]’[A-Za-z]/.test(text.slice(at - 1, at + 2)) ? c : b[a.indexOf(c)] ?? c).join("");
  return /[「『]/.test(text) ? `「${swap("「」『』", "『』「」")}」` : `“${swap("“”‘’", "‘’“”")}”`;
}

/** The article's title; a page's own title may begin with a speaker's name. */
const articleTitle = () => $(".head h1")?.textContent ?? $(".crumb a + a")?.textContent ?? document.title;

/** Words with their speaker and their place. @param {Passage[]} parts @param {Cited | null} cited */
function quotation(parts, cited) {
  const [part, next] = parts;
  if (next) return `${quoted(parts.map((it) => it.text).join("\n\n"))}\n——${cited?.source ?? `《${articleTitle()}》`}\n${fragment(parts)}`;
  const text = textOf(part.block), same = cited?.text === text;
  if (cited && same && part.text === text.trim()) return cited.citation.quote;
  let source = cited?.source ?? `《${articleTitle()}》`;
  if (cited && same) {
    const start = points(text, part.start), end = points(text, part.end);
    const around = cited.said.filter((it) => it.start <= start && end <= it.end);
    const [own] = around.sort((a, b) => a.end - a.start - (b.end - b.start));
    if (own?.by) source = `${own.by}${own.type === "direct" ? "" : say("（转述）")}，${source}`;
  }
  return `${quoted(part.text)}\n——${source}\n${address(part.block.id)}`;
}

const encode = (/** @type {string} */ text) => encodeURIComponent(text).replaceAll("-", "%2D");
/**
 * The directive that marks words of one block. Browsers find whole words only, and the first place that fits: so
 * the ends are moved out to where words end, and the beginning is made longer, or given what precedes it, until it is unique.
 * @param {Passage} part
 */
function directive({ block, start, end }) {
  const text = textOf(block), cuts = "Segmenter" in Intl ? [...new Intl.Segmenter("zh", { granularity: "word" }).segment(text)].map((it) => it.index) : [...text].map((_, at) => at);
  cuts.push(text.length);
  const cut = (/** @type {number} */ at, /** @type {number} */ way) => (way < 0 ? cuts.findLast((it) => it <= at) : cuts.find((it) => it >= at)) ?? at;
  const first = cut(start, -1), last = cut(end, 1);
  const ahead = new Range();
  ahead.setStart(document.body, 0);
  ahead.setEndBefore(block);
  const earlier = ahead.toString() + text.slice(0, first);
  let head = last - first <= 16 ? last : cut(first + 8, 1);
  while (head < last && earlier.includes(text.slice(first, head))) head = cut(head + 1, 1);
  const tail = Math.max(cut(last - 8, -1), head);
  const prefix = first > 0 && earlier.includes(text.slice(first, head)) ? `${encode(text.slice(cut(Math.max(0, first - 8), -1), first))}-,` : "";
  const closing = tail < last ? `,${encode(text.slice(tail, last))}` : head < last ? `,${encode(text.slice(head, last))}` : "";
  return `text=${prefix}${encode(text.slice(first, head))}${closing}`;
}

/**
 * The address in the article that marks these words, those of each paragraph for themselves. Where the words are gone
 * some day, it leads to the first paragraph.
 * @param {Passage[]} parts
 */
const fragment = (parts) => `${location.origin}${base}/a/${article}/#${parts[0].block.id}:~:${parts.map(directive).join("&")}`;

/** @param {string} label @param {() => void} onclick */
const item = (label, onclick) => h("button", { type: "button", onclick }, say(label));

/** A picture in a place that is kept for it, so that nothing moves when it comes. @param {Promise<Cited | null>} asked */
async function picture(asked) {
  const cited = await asked, [wide] = cited?.cards ?? [];
  shown.replaceChildren(...wide ? [
    h("img", { src: wide.href, width: 1200, height: 630, alt: say("分享图片的样子") }),
    ...cited?.lacking ? [h("p", {}, say("图中 〓 代表字体没有的字："), cited.lacking)] : [],
    h("p", { className: "files" }, .../** @type {Cited} */ (cited).cards.map((it) => h("a", { href: it.href, target: "_blank", rel: "noopener" }, it.text))),
  ] : [h("p", {}, cited?.refused || say("连不上文库"))]);
}
const shown = h("div", { className: "pic" });

/** What a pasted text offers in place of links. @param {string} quotation */
function ownWays(quotation) {
  const file = h("button", { name: "keep", value: "html" }, say("存为一个 HTML 文件"));
  file.setAttribute("form", "again");
  return [
    h("div", { className: "big" }, item("复制引文", () => copy(quotation, say("引文已复制"))), file,
      ...$("[data-act=own]") ? [h("button", { type: "button", "data-act": "own" }, say("留在这个浏览器里"))] : []),
    h("p", { className: "pic" }, say("这份文本没有保存，没有地址，不能用链接分享，也没有图片：图片上要印段落的地址。")),
  ];
}

/** @param {Passage[]} parts */
function draw(parts) {
  const [part] = parts, many = parts.length > 1, id = part.block.id, asked = article ? ask(id) : Promise.resolve(null);
  const all = !many && part.text === textOf(part.block).trim(), link = many ? fragment(parts) : address(id);
  const title = articleTitle(), words = parts.map((it) => it.text).join("\n\n");
  const text = quoted(words.length > 120 ? `${words.slice(0, 118)}……` : words);
  const number = $(".n", part.block.parentElement ?? document)?.textContent;
  // A text that a reader pasted has no address, and the library knows nothing of it.
  const header = h("div", { className: "panel-bar" }, h("p", {}, all ? number ? say("第 %(number)s 段", { number }) : say("这一段") : say("所选的字")), h("span", { className: "grip" }), h("button", { type: "button", className: "close", ariaLabel: say("关闭") }, "×"));
  if (!article) return menu.replaceChildren(header, ...ownWays(`${quoted(words)}\n——《${title}》`));
  const cite = (/** @type {string} */ form, /** @type {string} */ label) => item(label, async () => {
    const cited = await asked;
    if (cited) copy(dated(form, cited.citation[form]), say("已复制")); else tell(say("连不上文库，请到这一段的页上去复制"));
  });
  const view = h("button", { type: "button", ariaExpanded: "false", onclick: (/** @type {Event} */ event) => {
    event.stopPropagation();
    const open = !shown.isConnected;
    view.ariaExpanded = String(open);
    if (!open) return shown.remove();
    shown.replaceChildren(h("p", {}, say("正在生成图片")));
    more.before(shown);
    picture(asked);
  } }, say("图片、二维码"));
  const more = h("details", {}, h("summary", {}, say("更多")),
    ...(many ? [] : [item("复制定位链接", () => copy(fragment(parts), say("链接已复制")))]),
    ...("share" in navigator ? [item("分享到…", () => { navigator.share({ title, text, url: link }).catch(() => {}); })] : []),
    ...(many ? [] : [item(all ? "批注这一段" : "批注这些字", async () => (await import("./jottings.js")).add(part, true)),
      cite("gbt", "GB/T 7714"), cite("plain", "纯文字"), cite("bibtex", "BibTeX"), cite("csl", "CSL-JSON")]),
    h("a", { href: `mailto:?subject=${encodeURIComponent(title)}&body=${encodeURIComponent(`${text}\n${link}`)}` }, say("电子邮件")),
    h("a", { href: `https://service.weibo.com/share/share.php?url=${encodeURIComponent(link)}&title=${encodeURIComponent(`${text}——${title}`)}`, rel: "nofollow noopener noreferrer", target: "_blank" }, say("微博")),
    ...($("[data-leaf]") || many ? [] : [h("a", { href: link }, say("单独打开这一段"))]));
  shown.remove();
  menu.replaceChildren(
    header,
    h("div", { className: "big" },
      item("复制链接", () => copy(link, say("链接已复制"))),
      item("复制引文", async () => copy(quotation(parts, await asked), say("引文已复制"))),
      ...(many ? [] : [view])),
    more,
  );
  asked.then((cited) => { if (cited?.lines && !many) more.append(h("a", { href: cited.lines.href }, say("原始文本："), cited.lines.text)); });
}

/**
 * Put the menu at its word or number; a sheet at the foot of small screens. Where it is, it stays: what is opened in it
 * grows downwards, as far as the screen goes.
 * @param {Passage[]} parts
 */
function place(parts) {
  menu.removeAttribute("style");
  if (sheet.matches) return;
  const last = parts[parts.length - 1], some = (parts.length > 1 || last.text !== textOf(last.block).trim()) && [...rangeOf(last.block, last.start, last.end).getClientRects()].at(-1);
  const box = some || (from ?? last.block).getBoundingClientRect();
  const top = Math.max(12, Math.min(box.bottom + 6, innerHeight - 340));
  menu.style.left = `${Math.max(12, Math.min(box.left, innerWidth - menu.offsetWidth - 12)) + scrollX}px`;
  menu.style.top = `${top + scrollY}px`;
  menu.style.maxHeight = `${innerHeight - top - 12}px`;
}

/** @param {Passage[]} parts @param {HTMLElement} at */
function show(parts, at) {
  // The press on its button that has just closed the menu does not open it again; the bar is hidden meanwhile.
  if (at !== bar && from === at && performance.now() - closed < 250) return;
  bar.hidePopover();
  from = at;
  draw(parts);
  menu.showPopover();
  place(parts);
  $(".big button", menu)?.focus({ preventScroll: true });
}

/** Open the menu: at a paragraph's number, at a button, or for the selection. @param {HTMLElement} [at] */
export function open(at) {
  const parts = selectedIn();
  const block = at && (near(at, ".p, .s")?.querySelector(".x, .sect") ?? $("[data-leaf] .x"));
  if (block && (parts.length !== 1 || parts[0].block !== block)) show([whole(/** @type {HTMLElement} */ (block))], at);
  else if (parts.length) show(parts, at ?? bar);
}

// Copied text has the words only, whatever numbers, names and notes are between them on the page.
document.addEventListener("copy", (event) => {
  const parts = selectedIn();
  if (!parts.length || !event.clipboardData || near(event.target, "input, textarea")) return;
  event.clipboardData.setData("text/plain", parts.map((it) => it.text).join("\n\n"));
  event.preventDefault();
});

// A click on the bar must not end the selection.
bar.addEventListener("pointerdown", (event) => event.preventDefault());
const jot = (/** @type {boolean} */ write) => async () => { if (chosen.length === 1) (await import("./jottings.js")).add(chosen[0], write); };
const single = [item("划线", jot(false)), item("批注", jot(true))];
bar.append(
  item("复制引文", async () => { if (chosen.length) copy(quotation(chosen, await ask(chosen[0].block.id)), say("引文已复制")); }),
  ...single,
  item("分享…", () => { if (chosen.length) show(chosen, bar); }),
);

/** The bar at the selection; hidden without one. */
export function offer() {
  if (menu.matches(":popover-open")) return; // it was opened for this selection, by key: the bar would close it
  chosen = selectedIn();
  for (const button of single) button.hidden = chosen.length > 1;
  if (!chosen.length) { if (bar.matches(":popover-open") && !bar.matches(":focus-within")) bar.hidePopover(); return; }
  ask(chosen[0].block.id);
  if (!bar.matches(":popover-open")) bar.showPopover();
  const boxes = [...(getSelection()?.getRangeAt(0).getClientRects() ?? [])], box = boxes.at(-1);
  if (!box || matchMedia("(pointer: coarse)").matches) return bar.removeAttribute("style");
  const below = box.bottom + 8 + bar.offsetHeight < innerHeight;
  bar.style.left = `${Math.max(12, Math.min(box.right - bar.offsetWidth / 2, document.documentElement.clientWidth - bar.offsetWidth - 12)) + scrollX}px`;
  bar.style.top = `${(below ? box.bottom + 8 : Math.max(8, boxes[0].top - bar.offsetHeight - 8)) + scrollY}px`;
}
