// @ts-check
/** Without a network: tells the reader, and lists the pages that are stored on this device. */
import { $, h } from "../lib.js";
import { say, tell } from "../say.js";

/** Say so where the page is the kept one. @param {string} date of the answer that was kept */
export function told(date) {
  const day = new Date(date), when = Number.isNaN(day.valueOf()) ? "" : `（${day.toLocaleDateString("sv")}）`;
  tell(`${say("没有网络，这是离线保存的一份")}${when}`);
}

/** What can be read now: articles and entries, by their titles. @param {HTMLElement} at */
export async function list(at) {
  if (!("caches" in window)) return;
  const kept = await caches.open("kept"), rows = [];
  for (const request of (await kept.keys()).toReversed()) {
    const { pathname } = new URL(request.url);
    if (!/^\/(a\/[^/]+|terms\/[^/]+|speakers\/[^/]+)\/$/.test(pathname)) continue;
    const text = await (await kept.match(request))?.text();
    const title = text?.match(/<title>([^<]*)<\/title>/)?.[1].replace(/ · [^·]*$/, "").replaceAll("&amp;", "&").replaceAll("&lt;", "<");
    if (title) rows.push(h("li", {}, h("a", { href: pathname }, title)));
  }
  if (rows.length) $("p", at)?.replaceWith(h("ul", { className: "plain" }, ...rows));
}
