// @ts-check
/** Keys for those who want them. They can be switched off in the settings. */
import { $, $$, root, set } from "./main.js";

/** @param {number} step */
function move(step) {
  const all = $$(".p > .x");
  const line = innerHeight * .12 + 4;
  const at = step > 0 ? all.find((p) => p.getBoundingClientRect().top > line + 1) : all.findLast((p) => p.getBoundingClientRect().top < line - 5);
  at?.scrollIntoView();
  if (at?.parentElement) $(".n", at.parentElement)?.focus({ preventScroll: true });
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
  } else import("./settings.js").then((panel) => panel.open(true));
}
