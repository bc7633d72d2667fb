// @ts-check
/**
 * Looking words up in a pasted text. The server keeps no copy of it, so it is asked for one word at a time; the page
 * knows where words end and who is named in the text.
 */
import { $ } from "../lib.js";
import { textOf } from "./passage.js";

/** @typedef {import("./words.js").Answer} Answer */

// The server takes no longer word.
const LONGEST = 20;
/** Lengths of words by block, one digit of base 36 each, in code points; people by their names. */
const known = /** @type {{ ends: Record<string, string>, people: Record<string, { pinyin: string, meanings: string[], person: string }> }} */ (
  JSON.parse($("#own-words")?.textContent ?? '{"ends":{},"people":{}}'));

/** The words of a block as [start, end). @param {HTMLElement} block @param {string[]} text its code points @returns {[number, number][]} */
function words(block, text) {
  let lengths = [...known.ends[block.id] ?? ""].map((digit) => parseInt(digit, 36)), at = 0;
  // The row of a table has no separators on the page.
  if (lengths.reduce((sum, it) => sum + it, 0) !== text.length)
    lengths = "Segmenter" in Intl ? [...new Intl.Segmenter("zh", { granularity: "word" }).segment(text.join(""))].map((it) => [...it.segment].length) : text.map(() => 1);
  return lengths.map((length) => [at, at += length]);
}

/** The longest name at a place, as [start, end). @param {string[]} text @param {number} at @returns {[number, number] | null} */
function nameAt(text, at) {
  for (const name of Object.keys(known.people).sort((a, b) => b.length - a.length)) {
    const size = [...name].length;
    for (let start = Math.max(0, at - size + 1); start <= at; start += 1)
      if (text.slice(start, start + size).join("") === name) return [start, start + size];
  }
  return null;
}

/**
 * The word at a place and its neighbours; null if the server does not answer.
 * @param {HTMLElement} block @param {number} at code point @param {(query: string, init: RequestInit) => Promise<Answer | null>} ask
 * @returns {Promise<Answer | null>}
 */
export async function lookUp(block, at, ask) {
  const text = [...textOf(block)], all = words(block, text).filter(([start, end]) => /[\p{L}\p{N}]/u.test(text.slice(start, end).join("")));
  const name = nameAt(text, at), [start, end] = name ?? all.find(([s, e]) => s <= at && at < e) ?? [at, at + 1];
  const word = text.slice(start, end).join("");
  const place = { before: all.findLast(([s]) => s < start)?.[0] ?? null, after: all.find(([s]) => s >= end)?.[0] ?? null };
  if (name) {
    const person = known.people[word], entry = { ...person, simplified: word, traditional: word, level: null };
    return { ...place, words: [{ text: word, start, end, url: `#say-${person.person}`, entries: [entry] }], attribution: { name: "", url: "", licence: "", licence_url: "" } };
  }
  if (end - start > LONGEST || !/[\p{L}\p{N}]/u.test(word)) return { ...place, words: [], attribution: { name: "", url: "", licence: "", licence_url: "" } };
  // Neither the browser nor the service worker stores the answer.
  const answer = await ask(`?q=${encodeURIComponent(word)}`, { cache: "no-store" });
  if (!answer) return null;
  const found = answer.words.map((it) => ({ ...it, start: it.start + start, end: it.end + start }));
  const best = found.find((it) => it.start <= at && at < it.end);
  return { ...answer, ...place, words: best ? [best, ...found.filter((it) => it !== best && best.start <= it.start && it.end <= best.end)] : [] };
}
