"""Conditions that browser tests wait for, in place of times: a busy machine is late, but gets there."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

# Everything that comes by itself after a page was opened or something on it was done: scripts that wait for
# the first paint, fonts, images, animations, smooth scrolling. Three equal frames: nothing moves any more.
_STILL = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  while (document.readyState !== "complete") await frame();
  const main = document.querySelector("script[type=module][src*='main.js']");
  if (main) {
    await import(main.src);
    await new Promise((painted) => new PerformanceObserver((_, observer) => {
      observer.disconnect(); painted();
    }).observe({ type: "paint", buffered: true }));
    const feature = (name) => import(main.src.replace("main.js", `features/${name}.js`));
    if (document.querySelector(".notes")) await feature("margin");
    if (document.querySelector(".card")) await (await feature("cards")).whole;
  }
  await document.fonts.ready;
  const ends = (a) => a.timeline instanceof DocumentTimeline && a.effect?.getComputedTiming().endTime < 1e5;
  await Promise.all(document.getAnimations().filter(ends).map((a) => a.finished.catch(() => {})));
  const look = () => JSON.stringify([scrollX, scrollY, document.documentElement.scrollHeight, innerWidth,
    ...[...document.querySelectorAll("main, :popover-open, .notes li:first-child")].slice(0, 40).map((e) => {
      const box = e.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; })]);
  for (let same = 0, before = ""; same < 3;) {
    await frame();
    const now = look();
    same = now === before ? same + 1 : 0;
    before = now;
  }
}"""

# What the live region tells is gone after a moment: it is written down as it comes.
HEARD = """addEventListener("DOMContentLoaded", () => {
  window.heard = [];
  const live = document.querySelector("#live");
  if (live) new MutationObserver(() => { if (live.textContent) heard.push(live.textContent); })
    .observe(live, { childList: true, characterData: true, subtree: true });
});"""


def still(page: Page) -> None:
    """Wait until the page listens and nothing on it moves by itself."""
    if not page.evaluate("matchMedia('(scripting: none)').matches"):
        page.evaluate(_STILL)


def visit(page: Page, address: str) -> None:
    """Go to a page and wait until it is still."""
    page.goto(address)
    still(page)


def open_display(page: Page) -> None:
    """Open the panel 显示 by the button that this screen has."""
    page.locator("[popovertarget=view]").filter(visible=True).last.click()
    expect(page.locator("#view")).to_be_visible()


def until(page: Page, true: str) -> None:
    """Wait until a script's expression is true; Playwright's own way would need `unsafe-eval`."""
    for _ in range(600):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {true}")


def when(page: Page, condition: Callable[[], object]) -> None:
    """Wait until something is true here, such as that a request has come; the browser is heard meanwhile."""
    for _ in range(600):
        if condition():
            return
        page.wait_for_timeout(50)
    pytest.fail("never came true")


def told(page: Page, words: str) -> str:
    """Wait for a message with these words in the live region; drop earlier ones."""
    until(page, f"heard.some((text) => text.includes({json.dumps(words)}))")
    return str(page.evaluate("heard.splice(0).at(-1)"))
