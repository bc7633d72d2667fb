// @ts-check
/** Keys for those who want them. They can be switched off in the settings. */
import { $, $$, root, set } from "../lib.js";
import { tell, say } from "../say.js";
import { blocks, rangeOf, selected, selectedIn, textOf, whole } from "./passage.js";

/** @param {number} step */
function move(step) {
  const all = $$(".p");
  const line = innerHeight * .12 + 4;
  const at = step > 0 ? all.find((p) => p.getBoundingClientRect().top > line + 1) : all.findLast((p) => p.getBoundingClientRect().top < line - 5);
  if (at) $(".x", at)?.scrollIntoView();
  if (at) $(".n", at)?.focus({ preventScroll: true });
}

/** The next term after the one that has the focus, else the first one on the screen. */
function next() {
  const all = $$(".x a.term"), now = document.activeElement;
  const after = (/** @type {HTMLElement} */ a) => now?.matches(".x a.term, .p .n") ? now.compareDocumentPosition(a) & Node.DOCUMENT_POSITION_FOLLOWING : a.getBoundingClientRect().top > 0;
  const term = all.find(after) ?? all[0];
  term?.focus({ preventScroll: true });
  const box = term?.getBoundingClientRect();
  if (box && (box.top < 60 || box.bottom > innerHeight - 120)) term?.scrollIntoView({ block: "center" });
}

/** The paragraph whose number has the focus, else the first one on the screen. */
function current() {
  const all = blocks();
  return all.find((block) => block.parentElement?.contains(document.activeElement)) ?? all.find((block) => block.getBoundingClientRect().bottom > innerHeight * .12) ?? all[0];
}

/** Select a sentence, or one more of the paragraph that is being selected. */
function sentence() {
  const part = selected(), block = part?.block ?? current();
  if (!block) return;
  const text = textOf(block), at = part ? part.end : 0, found = /[^。！？；!?]*[。！？；!?]*[”’」』）]*/.exec(text.slice(at))?.[0].length ?? 0;
  if (!found) return;
  const range = rangeOf(block, part ? part.start : 0, at + found);
  // What has the focus would take the arrows that go on selecting.
  /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  getSelection()?.setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  const box = range.getBoundingClientRect();
  if (box.top < 0 || box.bottom > innerHeight) block.scrollIntoView({ block: "nearest" });
  tell(say("已选：%(words)s", { words: text.slice(at, at + found) }));
}

/** @param {boolean} write */
async function jot(write) {
  const part = selected(), block = current();
  if (part || (write && block)) (await import("./jottings.js")).add(part ?? whole(block), write);
  else tell(say("先选字：按 v 选句"));
}

/** @param {string} key */
export function press(key) {
  if (key === "/") {
    const field = $("input[type=search]");
    if (field) field.focus(); else location.href = "/search/";
  } else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "w") set("who", root.dataset.who === "on" ? "" : "on");
  else if (key === "m") {
    const all = ["none", "core", "all"], now = root.dataset.marks ?? $("article")?.dataset.marks ?? "core";
    set("marks", all[(all.indexOf(now) + 1) % 3]);
  } else if (key === "v") sentence();
  else if (key === "s") { const all = /** @type {HTMLAnchorElement | null} */ ($("a[href$='/speakers/']", $("main") ?? document)); if (all) location.href = all.href; }
  else if (key === "d") { if ($("#look")) { set("look", root.dataset.look === "on" ? "" : "on"); tell(say(root.dataset.look === "on" ? "查词：点一个词，或按 ← →" : "不查词了")); } }
  else if (key === "t") next();
  else if (key === "l") { if (window.speechSynthesis?.getVoices().length && $("article[data-marks]")) import("./listen.js").then((it) => it.listen()); }
  else if (key === "c") import("./share.js").then((share) => share.open((!selectedIn().length && ($(".n", current()?.parentElement ?? document) ?? $("[data-act=share]"))) || undefined));
  else if (key === "h" || key === "n") jot(key === "n");
  else if (key === "b") { if ($("article[data-rev]")) import("./jottings.js").then((list) => list.open()); }
  else import("./settings.js").then((panel) => panel.keys());
}
