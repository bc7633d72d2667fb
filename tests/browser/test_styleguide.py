"""The style guide against its approved state: the style and measures of every component.

Screenshots of two machines cannot be compared: fonts, hinting and compositing differ, and a tolerance
that forgives them forgives a wrong colour too. So the test compares what the sheet decides: colours, lines,
sizes and spaces as the browser resolved them, exactly; and the boxes they make, to two pixels, which holds
for any Chinese font, since the guide's words are all Chinese and each takes one em.
`MEIPI_GOLDEN=rewrite` approves the present state.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Desk
from PIL import Image, ImageChops, ImageStat
from waiting import still, visit

APPROVED = Path(__file__).parent.parent / "golden/styleguide"
_PROPERTIES = """color backgroundColor borderTopWidth borderTopStyle borderTopColor borderLeftWidth
    borderLeftStyle fontSize fontWeight lineHeight textDecorationLine textDecorationStyle textDecorationColor
    textIndent textAlign display paddingTop paddingLeft marginTop marginBottom opacity writingMode
    outlineStyle"""
STYLE = _PROPERTIES.split()
SEEN = """style => Object.fromEntries([...document.querySelectorAll('.part')].map(part => [part.dataset.part,
    [...part.querySelectorAll('*')].filter(e => e.checkVisibility()).map(e => {
        const now = getComputedStyle(e), box = e.getBoundingClientRect();
        const around = part.getBoundingClientRect();
        return { what: e.tagName.toLowerCase() + [...e.classList].map(c => '.' + c).join(''),
          box: [box.left - around.left, box.top - around.top, box.width, box.height].map(Math.round),
          style: Object.fromEntries(style.map(s => [s, now[s]])) };
    })]))"""
WIDTHS = {"phone": 360, "desk": 1200}
THEMES = ("light", "dark", "sepia")


@pytest.fixture
def guide(desk: Desk) -> str:
    return f"{desk.address}/styleguide/"


def opened(browser, address: str, width: int, theme: str):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="zh-CN", service_workers="block"
    )
    page = context.new_page()
    page.add_init_script(f"localStorage.setItem('meipi', JSON.stringify({{ theme: '{theme}' }}))")
    visit(page, address)
    return page


@pytest.mark.parametrize(
    ("where", "theme"), [("desk", "light"), ("desk", "dark"), ("desk", "sepia"), ("phone", "light")]
)
def test_every_component_looks_as_it_was_approved(browser, guide, where, theme):
    page = opened(browser, guide, WIDTHS[where], theme)
    seen = page.evaluate(SEEN, STYLE)
    page.context.close()
    path = APPROVED / f"{where}-{theme}.json"
    if os.environ.get("MEIPI_GOLDEN") == "rewrite":
        approve(path, seen)
    approved = json.loads(path.read_text("utf-8"))
    assert list(seen) == list(approved["parts"])
    changed = []
    for name, part in approved["parts"].items():
        assert [e["what"] for e in seen[name]] == [what for what, _, _ in part], name
        for now, (what, box, style) in zip(seen[name], part, strict=True):
            then = dict(zip(STYLE, approved["styles"][style].split("; "), strict=True))
            styles = {k: (v, now["style"][k]) for k, v in then.items() if now["style"][k] != v}
            moved = max(abs(a - b) for a, b in zip(now["box"], box, strict=True)) > 2
            if styles or moved:
                changed.append((name, what, styles or (box, now["box"])))
    assert changed == []


def approve(path: Path, seen: dict) -> None:
    """Record the page: each style once, each element as its name, box and number of its style."""
    styles: dict[str, int] = {}
    parts = []
    for name, part in seen.items():
        rows = [
            [e["what"], e["box"], styles.setdefault("; ".join(e["style"].values()), len(styles))]
            for e in part
        ]
        parts.append(f'"{name}": [' + ",\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "]")
    path.parent.mkdir(parents=True, exist_ok=True)
    head = ",\n".join(json.dumps(s) for s in styles)
    path.write_text('{"styles": [\n' + head + '],\n"parts": {\n' + ",\n".join(parts) + "}}\n", "utf-8")


def test_two_renderings_are_alike_and_a_changed_colour_is_seen(browser, guide):
    """The guide does not move, so the comparison above sees the sheet and not the moment."""

    def shot(page) -> Image.Image:
        return Image.open(io.BytesIO(page.locator(".guide").screenshot())).convert("RGB")

    def unlike(a: Image.Image, b: Image.Image) -> float:
        return max(ImageStat.Stat(ImageChops.difference(a, b)).mean)

    page = opened(browser, guide, 900, "light")
    first = shot(page)
    page.reload()
    still(page)
    assert unlike(first, shot(page)) < 0.05
    page.evaluate("document.documentElement.style.setProperty('--zhu', 'rgb(0, 90, 200)')")
    assert unlike(first, shot(page)) > 0.1
    page.context.close()


@pytest.mark.parametrize("theme", THEMES)
def test_every_component_is_accessible(browser, guide, theme):
    page = opened(browser, guide, 1200, theme)
    violations = Axe().run(page).response["violations"]
    page.context.close()
    assert [(v["id"], [n["html"][:140] for n in v["nodes"][:4]]) for v in violations] == []


def test_it_is_not_served_where_readers_are(site, page):
    assert page.request.get(f"{site}/styleguide/").status == 404
