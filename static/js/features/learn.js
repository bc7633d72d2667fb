// @ts-check
/** The page of the reader's word list. */
import { $, h } from "../lib.js";
import { say } from "../say.js";
import { all, file, keep, same } from "./list.js";

const place = /** @type {HTMLElement} */ ($("#learn"));

function draw() {
  const items = all();
  if (!items.length) return place.replaceChildren(h("p", {}, say("还没有词。读文章时打开“查词”，点一个词，再点“加入生词表”。")));
  place.replaceChildren(
    h("p", { className: "row acts" },
      h("a", { className: "btn main", href: file("apkg", items), download: "meipi.apkg" }, say("存为 Anki 卡片")),
      h("a", { className: "btn", href: file("csv", items), download: "meipi.csv" }, say("存为 CSV 表格"))),
    h("ul", { className: "terms" }, ...items.toReversed().map((item) => h("li", {},
      h("a", { href: `/a/${item.a}/${item.b}/`, lang: "zh" }, item.w), " ", h("span", { lang: "zh-Latn" }, item.p),
      h("p", { lang: /[\u4e00-\u9fff]/.test(item.m) ? "zh" : "en" }, item.m),
      h("p", { className: "facts" }, h("a", { href: `/words/${encodeURIComponent(item.w)}/` }, say("词典")),
        h("button", { type: "button", onclick: () => { keep(all().filter((it) => !same(it, item))); draw(); } }, say("移除")))))),
  );
}
draw();
