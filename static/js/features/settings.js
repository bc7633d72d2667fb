// @ts-check
/** The reader's settings: a panel made on first use, kept in this browser. */
import { $, $$, h, panels, root, set, settings } from "../lib.js";
import { say } from "../say.js";

await panels();

/** Key, name, choices: value ("" is the default) and wording. @type {[string, string, [string, string, string?][]][]} */
const ROWS = [
  ["theme", "底色", [["", "随系统"], ["light", "白昼"], ["sepia", "旧纸"], ["dark", "夜读"]]],
  ["size", "字号", [["1", "小"], ["", "中"], ["3", "大"], ["4", "特大"], ["5", "最大"]]],
  ["lead", "行距", [["1", "紧"], ["", "中"], ["3", "松"]]],
  ["width", "栏宽", [["1", "窄"], ["", "中"], ["3", "宽"]]],
  ["para", "分段", [["", "缩进"], ["gap", "空行"]]],
  ["face", "字体", [["", "宋", "song"], ["kai", "楷", "kai"], ["hei", "黑"]]],
  ["marks", "词语标注", [["none", "关"], ["core", "重点"], ["all", "全部"]]],
  ["who", "谁说的", [["", "不显"], ["on", "显示"]]],
  ["notes", "旁批", [["", "显示"], ["off", "不显"]]],
  ["dir", "排法", [["", "横排"], ["v", "竖排"]]],
  ["keys", "快捷键", [["", "用"], ["off", "不用"]]],
];

const KEYS = [["/", "检索"], ["j k", "下一段、上一段"], ["d", "查词"], ["← →", "查词时走到上一个、下一个词"], ["t", "下一个词条"], ["s", "谁说了什么"], ["l", "朗读"], ["w", "谁说的"], ["m", "词语标注"], ["v", "选一句，再按加一句"], ["Shift ←→", "增减所选的字"], ["c", "分享"], ["h", "划线"], ["n", "批注"], ["b", "我的批注"], ["Esc", "收起浮层"], ["?", "这张表"]];

const panel = h("div", { className: "panel", popover: "auto", id: "panel", role: "dialog", ariaLabel: say("阅读设置") });
document.body.append(panel);
panel.addEventListener("beforetoggle", (event) => { if (/** @type {ToggleEvent} */ (event).newState === "open") draw(); });

function draw() {
  const kept = settings();
  panel.replaceChildren(
    h("h2", {}, say("阅读设置")),
    ...ROWS.map(([key, name, choices]) => {
      const now = key === "marks" ? root.dataset.marks ?? $("article")?.dataset.marks ?? "core" : kept[key] ?? "";
      return h("fieldset", { className: "seg" }, h("legend", {}, say(name)), h("div", {}, ...choices.map(([value, text, face]) =>
        h("label", {}, h("input", { type: "radio", name: `s-${key}`, value, checked: value === now, onchange: () => set(key, value) }), h("span", { className: face ?? "" }, say(text))))));
    }),
    h("details", {}, h("summary", {}, say("有哪些键")), h("dl", {}, ...KEYS.flatMap(([keys, text]) =>
      [h("dt", {}, ...keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, say(text))]))),
    ...(root.dataset.voice || settings().voice) && $("article[data-marks]") ? [h("button", { className: "btn", type: "button", onclick: () => { panel.hidePopover(); import("./listen.js").then((it) => it.listen()); } }, say("朗读"))] : [],
    h("div", { className: "row" },
      h("button", { type: "button", onclick: () => { for (const key of [...ROWS.map(([key]) => key), "pinyin", "script", "lang", "look"]) set(key, ""); draw(); } }, say("恢复默认")),
      h("button", { type: "button", onclick: () => panel.hidePopover() }, say("关闭"))),
  );
}

/** Open the panel, on request with its list of keys; from now on the browser itself opens and closes it at its buttons. */
export function open(keys = false) {
  for (const button of /** @type {HTMLButtonElement[]} */ ($$("[data-act=settings]"))) {
    delete button.dataset.act;
    button.popoverTargetElement = panel;
  }
  if (!panel.matches(":popover-open")) panel.showPopover();
  $("details", panel)?.toggleAttribute("open", keys);
  $("input:checked", panel)?.focus({ preventScroll: true });
}
