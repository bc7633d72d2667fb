// @ts-check
/** Reading aloud with the browser's own Chinese voice: sentence by sentence, the one that is spoken highlighted. */
import { $, h, near, panels, root, set, settings } from "../lib.js";
import { say, tell } from "../say.js";
import { blocks, rangeOf, textOf } from "./passage.js";

await panels();

/** @typedef {{ block: HTMLElement, start: number, end: number }} Sentence */

const SPEEDS = ["0.8", "1", "1.25", "1.5", "2"];
const speech = window.speechSynthesis;

/** The voice for the page's language: the same region first, one on this machine before one that is asked over the network. */
export function voice() {
  const region = root.lang === "zh-Hant" ? /tw|hant|hk/i : /cn|hans/i;
  const rank = (/** @type {SpeechSynthesisVoice} */ v) => (region.test(v.lang) ? 2 : 0) + (v.localService ? 1 : 0);
  return speech?.getVoices().filter((v) => /^(zh|cmn)/i.test(v.lang)).sort((a, b) => rank(b) - rank(a))[0];
}

/** A block cut into sentences, closing marks included. @param {HTMLElement} block @returns {Sentence[]} */
const sentences = (block) => [...textOf(block).matchAll(/[^。！？；…]+[。！？；…]*[”’」』）]*|[。！？；…]+/g)]
  .map((found) => ({ block, start: found.index, end: found.index + found[0].length }));

/** @type {Sentence[]} */ let all = [];
let at = 0, turn = 0, speaking = false;

const pause = h("button", { type: "button", onclick: () => speaking ? hold() : speak() });
const speed = h("select", { ariaLabel: say("语速"), onchange: () => { set("speed", /** @type {HTMLSelectElement} */ (speed).value); if (speaking) speak(); } },
  ...SPEEDS.map((value) => h("option", { value, selected: value === (settings().speed ?? "1") }, `${value}×`)));
const bar = h("section", { className: "speak", ariaLabel: say("朗读") },
  h("button", { type: "button", ariaLabel: say("上一句"), onclick: () => step(-1) }, "‹"), pause,
  h("button", { type: "button", ariaLabel: say("下一句"), onclick: () => step(1) }, "›"), speed,
  h("button", { type: "button", onclick: stop }, say("停")));

/** Speak from where we are to the end. A turn that is over does not go on when its last words end late. */
function speak() {
  const mine = ++turn, it = all[at], chosen = voice();
  speech.cancel();
  if (!it || !chosen) return stop();
  speaking = true;
  pause.textContent = say("暂停");
  const range = rangeOf(it.block, it.start, it.end);
  show(range);
  const words = new SpeechSynthesisUtterance(textOf(it.block).slice(it.start, it.end));
  Object.assign(words, { voice: chosen, lang: chosen.lang, rate: Number(settings().speed ?? 1) });
  words.onend = () => { if (mine === turn) { at += 1; speak(); } };
  words.onerror = (event) => { if (mine === turn && !/canceled|interrupted/.test(event.error)) { tell(say("朗读出了错")); stop(); } };
  speech.speak(words);
}

/** Wait: the sentence is begun again afterwards, since not every browser can hold a voice in the middle. */
function hold() {
  turn += 1;
  speaking = false;
  speech.cancel();
  pause.textContent = say("继续");
}

/** @param {number} by */
function step(by) {
  at = Math.max(0, Math.min(all.length - 1, at + by));
  speak();
}

function stop() {
  turn += 1;
  speaking = false;
  speech.cancel();
  CSS.highlights?.delete("spoken");
  bar.remove();
}

/** @param {Range} range */
function show(range) {
  CSS.highlights?.set("spoken", new Highlight(range));
  const box = range.getBoundingClientRect();
  if (box.top < 60 || box.bottom > innerHeight - 90 || box.left < 0 || box.right > innerWidth)
    range.startContainer.parentElement?.scrollIntoView({ block: "center", inline: "center" });
}

/** Begin at a block, or at the first one on the screen; while it speaks, end. @param {HTMLElement | null} [from] */
export function listen(from = null) {
  if (bar.isConnected && !from) return stop();
  const text = blocks();
  const begin = from ?? text.find((block) => block.contains(document.activeElement)) ?? text.find((block) => block.getBoundingClientRect().bottom > innerHeight * .12 && near(block, "article"));
  all = text.flatMap(sentences);
  at = Math.max(0, all.findIndex((it) => it.block === begin));
  document.body.append(bar);
  speak();
  pause.focus({ preventScroll: true });
}

bar.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); stop(); $("[data-act=listen]")?.focus(); } });
addEventListener("pagehide", () => { if (bar.isConnected) stop(); });
