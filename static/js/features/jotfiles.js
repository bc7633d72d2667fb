// @ts-check
/** The reader's notes as files: W3C Web Annotations (JSON-LD) and Markdown, out and in again. What comes in is only ever text. */
import { h } from "../lib.js";
import { say, tell } from "../say.js";
import { base, points } from "./passage.js";

/** @typedef {import("./jottings.js").Jotting} Jotting */

const ADDRESS = /\/a\/([a-z0-9-]{1,64})\/(?:([bcdfghjkmnpqrstvwxz][2-9bcdfghjkmnpqrstvwxz]{3})(?:@(\d{1,8}))?\/?)?$/;
const MOST = 5_000_000;
const source = (/** @type {Jotting} */ jot, /** @type {number} */ rev = 0) => `${location.origin}${base}/a/${jot.article}/${jot.block}${rev ? `@${rev}` : ""}/`;
const order = (/** @type {Jotting[]} */ jots) => jots.toSorted((a, b) => a.article.localeCompare(b.article) || a.number - b.number || a.start - b.start);

/** @param {Jotting} jot */
const annotation = (jot) => ({
  id: `urn:uuid:${jot.id}`, type: "Annotation", motivation: jot.note ? "commenting" : "highlighting", created: jot.created, modified: jot.modified,
  ...(jot.note ? { body: [{ type: "TextualBody", value: jot.note, format: "text/plain" }] } : {}),
  target: {
    source: source(jot),
    ...(jot.rev ? { state: { type: "TimeState", cached: source(jot, jot.rev) } } : {}),
    selector: [
      { type: "TextQuoteSelector", exact: jot.exact, prefix: jot.prefix, suffix: jot.suffix },
      { type: "TextPositionSelector", start: jot.start, end: jot.start + points(jot.exact, jot.exact.length) },
    ],
  },
});

/** @param {Jotting[]} jots */
export const toJson = (jots) => JSON.stringify({ "@context": "http://www.w3.org/ns/anno.jsonld", type: "AnnotationPage", items: order(jots).map(annotation) }, null, 2);

const escaped = (/** @type {string} */ text) => text.replace(/[\\`*_[\]<>#|~]/g, "\\$&").replace(/^(\s*)([-+>]|\d+[.)])/gm, "$1\\$2");
const plain = (/** @type {string} */ text) => text.replace(/\\([\\`*_[\]<>#|~.)+-])/g, "$1").replace(/\\(\d)/g, "$1");
const encode = (/** @type {string} */ text) => encodeURIComponent(text).replace(/[-()']/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** One heading an article, one quotation a note; the link holds the place, so that the file can be read in again. @param {Jotting[]} jots */
export function toMarkdown(jots) {
  const lines = [`# ${say("我的批注")}`, ""];
  let last = "";
  for (const jot of order(jots)) {
    if (jot.article !== last) lines.push(`## ${escaped(jot.title || jot.article)}`, "");
    last = jot.article;
    const place = `text=${jot.prefix ? `${encode(jot.prefix.slice(-8))}-,` : ""}${encode(jot.exact)}${jot.suffix ? `,-${encode(jot.suffix.slice(0, 8))}` : ""}`;
    lines.push(`> ${escaped(jot.exact)}`, "", ...(jot.note ? [...escaped(jot.note).split("\n"), ""] : []),
      `[${jot.number ? say("第 %(number)s 段", { number: jot.number }) : jot.block}](${source(jot, jot.rev)}#:~:${place}) ${jot.created.slice(0, 10)}`, "");
  }
  return lines.join("\n");
}

/** @param {"json" | "md"} kind @param {Jotting[]} jots */
export function give(kind, jots) {
  if (!jots.length) return tell(say("还没有批注可以导出"));
  const blob = new Blob([kind === "json" ? toJson(jots) : toMarkdown(jots)], { type: kind === "json" ? "application/ld+json" : "text/markdown" });
  const href = URL.createObjectURL(blob), a = h("a", { href, download: `meipi-${new Date().toLocaleDateString("sv")}.${kind === "json" ? "jsonld" : "md"}` });
  a.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/** Text up to a number of characters, or "". @param {unknown} value @param {number} most */
const words = (value, most) => typeof value === "string" && value.length <= most ? value : "";
/** @param {unknown} value */
const day = (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : new Date().toISOString();
/** @param {any} value @returns {any[]} */
const list = (value) => Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** A note from an annotation, or null if any part of it is not valid. @param {any} it @returns {Jotting | null} */
function fromAnnotation(it) {
  const target = list(it?.target)[0], selectors = list(target?.selector);
  const quote = selectors.find((s) => s?.type === "TextQuoteSelector"), position = selectors.find((s) => s?.type === "TextPositionSelector");
  const at = ADDRESS.exec(words(target?.source, 500)), then = ADDRESS.exec(words(list(target?.state)[0]?.cached, 500));
  const exact = words(quote?.exact, 20_000);
  if (it?.type !== "Annotation" || !at?.[2] || !exact.trim()) return null;
  const note = list(it.body).map((body) => body?.type === "TextualBody" ? words(body.value, 10_000) : "").filter(Boolean).join("\n");
  const id = /^urn:uuid:([0-9a-f-]{32,36})$/.exec(words(it.id, 60))?.[1] ?? crypto.randomUUID();
  return { id, article: at[1], title: "", block: at[2], number: 0, rev: Number(then?.[3] ?? at[3] ?? 0), exact, prefix: words(quote.prefix, 200).slice(-32), suffix: words(quote.suffix, 200).slice(0, 32),
    start: Number.isInteger(position?.start) && position.start >= 0 ? position.start : 0, note, created: day(it.created), modified: day(it.modified ?? it.created) };
}

/** @param {string} text @returns {(Jotting | null)[]} */
function fromMarkdown(text) {
  const found = [];
  /** @type {string[]} */ let note = [];
  let exact = "", title = "";
  for (const line of text.split(/\r?\n/)) {
    const link = /^\[(.*?)\]\((\S+?)#:~:text=(?:([^,)]*)-,)?([^,)]*)(?:,-([^,)]*))?\)(?: (\d{4}-\d\d-\d\d))?\s*$/.exec(line);
    if (line.startsWith("## ")) title = plain(line.slice(3)).trim();
    else if (line.startsWith("> ")) { exact = plain(line.slice(2)); note = []; }
    else if (link) {
      const at = ADDRESS.exec(link[2]), around = [link[3], link[5]].map((part) => { try { return decodeURIComponent(part ?? ""); } catch { return ""; } });
      found.push(at?.[2] && exact.trim() ? { id: crypto.randomUUID(), article: at[1], title: words(title, 300), block: at[2], number: Number(/\d+/.exec(link[1])?.[0] ?? 0), rev: Number(at[3] ?? 0),
        exact: words(exact, 20_000), prefix: around[0].slice(-32), suffix: around[1].slice(0, 32), start: 0, note: words(plain(note.join("\n")).trim(), 10_000), created: day(link[6]), modified: day(link[6]) } : null);
      exact = "";
      note = [];
    } else if (exact) note.push(line);
  }
  return found;
}

/** The notes in a file's text; null for each thing that is none. @param {string} text @returns {(Jotting | null)[]} */
export function read(text) {
  if (!/^\s*[[{]/.test(text)) return fromMarkdown(text);
  let value;
  try { value = JSON.parse(text); } catch { return []; }
  const pages = list(value).flatMap((it) => it?.type === "AnnotationCollection" ? list(it.first) : [it]);
  return pages.flatMap((it) => it?.type === "AnnotationPage" || Array.isArray(it?.items) ? list(it.items) : [it]).map(fromAnnotation);
}

/** Read a file; known notes stay, unless the file has newer ones. @param {File} file @param {Jotting[]} known @param {(...jots: Jotting[]) => Promise<void>} keep */
export async function take(file, known, keep) {
  if (file.size > MOST) return say("文件太大，没有读入");
  const found = read(await file.text()), good = found.filter((it) => it !== null);
  const by = new Map(known.map((jot) => [jot.id, jot]));
  const said = (/** @type {Jotting} */ jot) => [jot.article, jot.block, jot.exact, jot.note].join("\n");
  const here = new Set(known.map(said));
  const fresh = good.filter((jot) => { const old = by.get(jot.id); return old ? old.modified < jot.modified : !here.has(said(jot)); })
    .map((jot) => ({ ...jot, title: jot.title || by.get(jot.id)?.title || "", number: jot.number || by.get(jot.id)?.number || 0 }));
  await keep(...fresh);
  if (!found.length) return say("文件里没有批注，什么也没有读入");
  return say("读入 %(fresh)s 条，已有 %(known)s 条", { fresh: fresh.length, known: good.length - fresh.length }) + (good.length < found.length ? say("，认不出 %(unknown)s 条", { unknown: found.length - good.length }) : "");
}
