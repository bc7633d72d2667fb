// @ts-check
/** The rest of the panel 显示: its list of keys, and the way back to the defaults. */
import { $, h, set, settings } from "../lib.js";
import { say } from "../say.js";

const KEYS = [["/", "检索"], ["j k", "下一段、上一段"], ["d", "查词"], ["← →", "查词时走到上一个、下一个词"], ["t", "下一个词条"], ["s", "各人发言"], ["l", "朗读"], ["w", "标出说话人"], ["m", "词语标注"], ["v", "选一句，再按加一句"], ["Shift ←→", "增减所选的字"], ["c", "分享"], ["h", "划线"], ["n", "批注"], ["b", "我的批注"], ["Esc", "收起浮层"], ["?", "这张表"]];

const panel = /** @type {HTMLElement} */ ($("#view"));

/** Every choice back to what the site does by itself. */
export function defaults() {
  for (const key of Object.keys(settings())) if (!["voice", "taught"].includes(key)) set(key, "");
}

/** The list of keys, in the panel. */
export function keys() {
  const list = $("dl", panel) ?? h("dl", {}, ...KEYS.flatMap(([keys, text]) =>
    [h("dt", {}, ...keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, say(text))]));
  panel.append(list);
  if (!panel.matches(":popover-open")) panel.showPopover();
  list.scrollIntoView({ block: "nearest" });
}
