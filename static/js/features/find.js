// @ts-check
/**
 * Search in a site of files: the texts are read from a few files, the newest articles first, and every substring
 * of one character or more is found.
 *
 * @typedef {{ articles: number, covered: number, files: string[] }} Contents
 * @typedef {{ articles: [id: string, title: string, date: string, blocks: number][], ids: string[], numbers: number[], texts: string[] }} Texts
 */
import { $, h } from "../lib.js";
import { say } from "../say.js";

/** Number of paragraphs that are shown before the reader is asked whether to go on. */
const ENOUGH = 100;
const BEFORE = 40, AFTER = 80;

/** Case and width folded, unit for unit, so that places stay true. @param {string} text */
function fold(text) {
  const narrow = text.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  const small = narrow.toLowerCase();
  if (small.length === narrow.length) return small;
  return Array.from(narrow, (c) => c.toLowerCase().length === c.length ? c.toLowerCase() : c).join("");
}

/** The words that a paragraph must have, and those that it must not have. @param {string} query */
function asked(query) {
  /** @type {{ words: string[], not: string[] }} */ const found = { words: [], not: [] };
  for (const [, minus, phrase, word] of query.matchAll(/(-?)(?:["“]([^"”]+)["”]|(\S+))/g)) {
    const folded = fold((phrase ?? word).trim());
    if (folded) (minus ? found.not : found.words).push(folded);
  }
  return found;
}

/** The words around the first hit, every hit marked. @param {string} text @param {string[]} words */
function snippet(text, words) {
  const folded = fold(text);
  let start = Math.max(0, folded.indexOf(words[0]) - BEFORE);
  if (/[\udc00-\udfff]/.test(text[start] ?? "")) start -= 1;
  const end = Math.min(text.length, start + BEFORE + AFTER);
  /** @type {(string | Node)[]} */ const pieces = start ? ["……"] : [];
  for (let at = start; at < end;) {
    const next = words.map((w) => [folded.indexOf(w, at), w.length]).filter(([i]) => i >= 0 && i < end)
      .sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
    if (!next) { pieces.push(text.slice(at, end)); break; }
    pieces.push(text.slice(at, next[0]), h("mark", {}, text.slice(next[0], next[0] + next[1])));
    at = next[0] + next[1];
  }
  if (end < text.length) pieces.push("……");
  return pieces;
}

/** @template T @param {string} name @returns {Promise<T>} */
async function read(name) {
  const answer = await fetch(new URL(name, document.baseURI));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
}

/** @param {Texts} texts @param {{ words: string[], not: string[] }} wanted @param {string} only @param {Element} into */
function list(texts, wanted, only, into) {
  let at = 0, shown = 0;
  for (const [id, title, date, blocks] of texts.articles) {
    const hits = [];
    for (const last = at + blocks; at < last; at++) {
      if (only && only !== id) continue;
      const folded = fold(texts.texts[at]);
      if (!wanted.words.every((w) => folded.includes(w)) || wanted.not.some((w) => folded.includes(w))) continue;
      const href = `../a/${encodeURIComponent(id)}/${texts.ids[at]}/`, n = texts.numbers[at];
      hits.push(h("li", {}, h("a", { href }, ...snippet(texts.texts[at], wanted.words)),
        h("p", { className: "facts" }, ...(n ? [h("span", {}, say("第 %(number)s 段", { number: n }))] : []))));
    }
    if (!hits.length) continue;
    shown += hits.length;
    into.append(h("section", { className: "sheet" },
      h("h2", {}, h("a", { href: `../a/${encodeURIComponent(id)}/` }, title)),
      ...(date ? [h("p", { className: "dim" }, date)] : []), h("ol", { className: "hits" }, ...hits)));
  }
  return shown;
}

async function find() {
  const given = new URLSearchParams(location.search), query = (given.get("q") ?? "").trim();
  const field = /** @type {HTMLInputElement | null} */ ($(".find [name=q]")), told = $("#found"), into = $("#hits");
  if (field) field.value = query;
  const wanted = asked(query);
  if (!wanted.words.length || !told || !into) return;
  document.title = `${say("检索")}：${query}`;
  const only = given.get("article") ?? "";
  try {
    const contents = /** @type {Contents} */ (await read("index.json"));
    let shown = 0, looked = 0, pause = ENOUGH;
    for (const name of contents.files) {
      const texts = /** @type {Texts} */ (await read(name));
      shown += list(texts, wanted, only, into);
      looked += texts.articles.length;
      const all = looked >= contents.covered;
      told.textContent = say("“%(query)s”：%(count)s 段", { query, count: shown }) + (all ? "" : say("，已查 %(looked)s／%(all)s 篇", { looked, all: contents.covered }));
      if (shown < pause || all) continue;
      pause = shown + ENOUGH;
      /** @type {HTMLElement} */ let more;
      await new Promise((go) => into.append(more = h("button", { type: "button", className: "btn", onclick: go }, say("继续往前找"))));
      // @ts-ignore: assigned in the promise, which runs at once
      more.remove();
    }
    if (!shown) into.append(h("p", {}, say("没有找到。少写几个字，或换一个写法试试。")));
  } catch {
    told.textContent = say("检索要的文件没有读到，请稍后再试。");
  }
}
find();
