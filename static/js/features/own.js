// @ts-check
/** Pasted texts that this browser keeps: each is one HTML file in its own storage. The server stores none of them. */
import { $, h } from "../lib.js";
import { say, tell } from "../say.js";

const MOST = 50;
/** Whether this browser can keep texts and open them without a network. */
export const able = "caches" in window && "serviceWorker" in navigator && "subtle" in crypto;
// It may hold no scripts and reach nothing, whatever was pasted.
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** An address that only the service worker answers: the same text has the same one. @param {string} text */
async function addressOf(text) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `/read/kept/${[...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}/`;
}

/** The text of this page as one HTML file; null with a message if the server did not make it. @param {HTMLFormElement} form */
async function file(form) {
  const body = new FormData(form);
  body.set("keep", "html");
  try {
    const answer = await fetch(form.action, { method: "POST", body, cache: "no-store" });
    if (answer.ok) return await answer.blob();
    tell(say("服务器现在太忙，没有留下，请过一会儿再试"));
  } catch { tell(say("连不上网，没有留下")); }
  return null;
}

/** Keep the text of this page. The button becomes the way to it. @param {HTMLElement} button */
export async function keep(button) {
  const form = /** @type {HTMLFormElement | null} */ ($("#again")), text = form?.querySelector("textarea")?.value;
  if (!form || !text) return;
  if (!able) return tell(say("这个浏览器不能留下网页"));
  try {
    const store = await caches.open("own"), href = await addressOf(text);
    if (!await store.match(href) && (await store.keys()).length >= MOST) return tell(say("最多留五十篇，请先在“贴文”页上删掉几篇"));
    const page = await file(form);
    if (!page) return;
    const title = $(".head h1")?.textContent ?? document.title;
    await store.put(href, new Response(page, { headers: { ...HEADERS, "x-title": encodeURIComponent(title), "x-date": new Date().toISOString(), "x-size": String(page.size) } }));
    tell(say("已留在这个浏览器里，在“贴文”页上可以找到"));
    for (const it of [button, ...document.querySelectorAll("[data-act=own]")]) it.replaceWith(h("a", { href }, say("打开留下的一份")));
  } catch (fault) {
    tell(say(fault instanceof DOMException && fault.name === "QuotaExceededError" ? "这个浏览器存不下了，请先在“贴文”页上删掉几篇" : "这个浏览器不让网页留下东西"));
  }
}

/** @param {number} bytes */
const size = (bytes) => bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** A button that deletes at the second press. @param {string} title @param {() => void} remove */
function deleter(title, remove) {
  const button = h("button", { type: "button", ariaLabel: `${say("删除")}：${title}` }, say("删除"));
  const calm = () => { button.textContent = say("删除"); button.ariaLabel = `${say("删除")}：${title}`; delete button.dataset.sure; };
  button.addEventListener("blur", calm);
  button.addEventListener("click", () => {
    if (button.dataset.sure) return remove();
    button.dataset.sure = "yes";
    button.ariaLabel = `${say("确定删除")}：${title}`;
    button.textContent = say("确定删除");
  });
  return button;
}

/** List the texts, latest first, each with its title, date and size. @param {HTMLElement} at */
export async function list(at) {
  if (!able) return;
  const rows = [];
  try {
    const store = await caches.open("own");
    for (const request of await store.keys()) {
      const kept = await store.match(request), { pathname } = new URL(request.url);
      if (!kept) continue;
      const title = decodeURIComponent(kept.headers.get("x-title") ?? ""), date = new Date(kept.headers.get("x-date") ?? 0);
      const remove = async () => { await store.delete(request); tell(say("已删除")); await list(at); $("h2", at)?.focus(); };
      rows.push({ date, row: h("li", {}, h("a", { href: pathname, lang: "zh" }, title), " ",
        h("span", { className: "facts" }, h("span", {}, date.toLocaleDateString("sv")), h("span", {}, size(Number(kept.headers.get("x-size")))), deleter(title, remove))) });
    }
  } catch { return; }
  rows.sort((a, b) => b.date.valueOf() - a.date.valueOf());
  $("ul", at)?.remove();
  if (rows.length) at.append(h("ul", { className: "plain" }, ...rows.map((it) => it.row)));
  const none = $(".none", at);
  if (none) none.hidden = rows.length > 0;
  at.hidden = !none && !rows.length;
}
