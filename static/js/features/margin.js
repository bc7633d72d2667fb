// @ts-check
/** Margin notes, each at the line of its word. */
import { $, $$, root } from "../lib.js";

/**
 * Each margin note on the line of its word, none touching another; what the paragraph has no room for is left to its card.
 * All is measured before anything is moved, and moving is only painting: a long article is laid out once, and nothing jumps.
 */
function align() {
  const lists = $$(".notes"), plans = [];
  for (const li of lists.flatMap((list) => $$("li", list))) { li.style.translate = ""; li.hidden = false; }
  if (root.dataset.dir === "v" || !matchMedia("(width >= 66rem)").matches) return;
  for (const list of lists) {
    const text = $(".x", list.parentElement ?? document);
    if (!text || !list.offsetParent || list.closest(".two")) continue;
    const style = getComputedStyle(list), top = list.getBoundingClientRect().top + parseFloat(style.paddingTop);
    // Down to the next paragraph; the name of its speaker may be at its very top.
    const room = text.getBoundingClientRect().bottom + parseFloat(getComputedStyle(text.parentElement ?? text).marginBottom) + 4 - top;
    const notes = $$("li", list).map((li) => {
      const box = $(`[interestfor="t-${li.dataset.t}"], [data-t="${li.dataset.t}"]`, text)?.getClientRects()[0];
      return { li, at: box ? box.top - top : 0, size: li.offsetHeight };
    });
    // The speaker's name is above the notes, in the same place or in a row of its own.
    const name = $(".by:not(.still)", list.parentElement ?? document), above = name && style.gridRowStart !== "2" ? name.offsetHeight + 14 : 0;
    let total = notes.reduce((sum, note) => sum + note.size, above);
    const left = [];
    while (total > room && notes.at(-1)?.li.matches(":not(.lesson)")) { const note = notes.pop(); if (note) { left.push(note.li); total -= note.size; } }
    let floor = above;
    for (const note of notes) { note.at = Math.max(note.at, floor); floor = note.at + note.size; }
    floor = room;
    for (const note of notes.toReversed()) { note.at = Math.max(above, Math.min(note.at, floor - note.size)); floor = note.at; }
    plans.push({ notes, left });
  }
  for (const { notes, left } of plans) {
    let stacked = 0;
    for (const { li, at, size } of notes) { li.style.translate = `0 ${at - stacked}px`; stacked += size; }
    for (const li of left) li.hidden = true;
  }
}
if ($(".notes")) {
  // At their lines now: they may be seen.
  root.dataset.set = "";
  align();
  document.fonts.ready.then(align);
  let wide = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== wide) { wide = innerWidth; align(); } });
  document.addEventListener("setting", () => requestAnimationFrame(align));
}
