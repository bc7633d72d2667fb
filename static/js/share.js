// @ts-check
/** The menu at a paragraph's number: its address, its words with their source, its picture. */
import { $, copy, h, near, say } from "./main.js";

const menu = h("div", { className: "menu", popover: "auto", id: "menu" });
document.body.append(menu);
/** @type {HTMLAnchorElement | null} */ let from = null;
let closed = 0;

menu.addEventListener("toggle", (event) => {
  const open = /** @type {ToggleEvent} */ (event).newState === "open";
  from?.setAttribute("aria-expanded", String(open));
  if (!open) closed = event.timeStamp;
});
menu.addEventListener("click", (event) => { if (near(event.target, "a, button")) menu.hidePopover(); });

/** What is selected inside the paragraph, else all of it. @param {HTMLElement} text */
function words(text) {
  const chosen = getSelection();
  const some = chosen && !chosen.isCollapsed && text.contains(chosen.anchorNode) && text.contains(chosen.focusNode) ? chosen.toString() : "";
  return (some || text.innerText).trim();
}

/** @param {HTMLAnchorElement} number */
export function open(number) {
  if (from === number && performance.now() - closed < 250) return;
  from = number;
  const around = /** @type {HTMLElement} */ (number.parentElement), text = $(".x, .sect", around) ?? around;
  const quote = words(text), whole = !quote || quote === text.innerText.trim();
  const title = $(".head h1")?.textContent ?? document.title, link = number.href;
  const by = $(".by a, .by b", around)?.textContent;
  const source = `——${by ? `${by}，` : ""}《${title}》 ${link}`;
  const start = encodeURIComponent(quote.slice(0, 12));
  const item = (/** @type {string} */ label, /** @type {() => void} */ onclick) => h("button", { type: "button", onclick }, say(label));
  menu.replaceChildren(
    h("p", {}, number.getAttribute("aria-label") ?? "", whole ? "" : say("（所选文字）")),
    item("复制链接", () => copy(link, say("链接已复制"))),
    item("复制引文和出处", () => copy(`“${quote}”${source}`, say("引文已复制"))),
    item("复制指到这句的链接", () => copy(`${location.origin}${location.pathname}#${text.id}:~:text=${start}`, say("链接已复制"))),
    ...("share" in navigator ? [item("分享到…", () => { navigator.share({ title, text: `“${quote}”`, url: link }).catch(() => {}); })] : []),
    h("a", { href: `${link}card.png?size=portrait` }, say("分享图片")),
    h("a", { href: `${link}#share` }, say("引用格式（GB/T 7714）")),
    h("a", { href: link }, say("单独打开这一段")),
  );
  menu.showPopover();
  if (!matchMedia("(width < 48rem)").matches) {
    const box = number.getBoundingClientRect();
    const below = box.bottom + 6 + menu.offsetHeight < innerHeight;
    menu.style.left = `${Math.max(12, Math.min(box.left, innerWidth - menu.offsetWidth - 12)) + scrollX}px`;
    menu.style.top = `${(below ? box.bottom + 6 : Math.max(12, box.top - menu.offsetHeight - 6)) + scrollY}px`;
  } else menu.removeAttribute("style");
  $("button", menu)?.focus({ preventScroll: true });
}
