// @ts-check
/** Keys for those who want them. They can be switched off in the settings. */
import { $, $$, h, root, say, set } from "./main.js";

const KEYS = [["/", "检索"], ["j k", "下一段、上一段"], ["w", "谁说的：显示或收起"], ["m", "圈注：不注、要紧、全部"], ["Esc", "收起浮层"], ["?", "这张表"]];
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {number} step */
function move(step) {
  const all = $$(".p > .x");
  const line = innerHeight * .12 + 4;
  const at = step > 0 ? all.find((p) => p.getBoundingClientRect().top > line + 1) : all.findLast((p) => p.getBoundingClientRect().top < line - 5);
  at?.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
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
  } else if (!$("#help")) {
    const box = /** @type {HTMLDialogElement} */ (h("dialog", { className: "help", id: "help", ariaLabel: say("快捷键") },
      h("h2", {}, say("快捷键")),
      h("dl", {}, ...KEYS.flatMap(([k, text]) => [h("dt", {}, ...k.split(" ").flatMap((one) => [h("kbd", {}, one), " "])), h("dd", {}, say(text))])),
      h("form", { method: "dialog" }, h("button", { className: "btn" }, say("知道了")))));
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
  }
}
