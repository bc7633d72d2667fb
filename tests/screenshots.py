"""Take the pictures of the documentation anew, from the site as it is: `make screenshots`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests/browser"), str(ROOT / "tests"), str(ROOT)]

from conftest import ARTICLE, served  # noqa: E402


def settings(**values: str) -> str:
    """A script that sets a reader's settings before the page is drawn."""
    pairs = ", ".join(f"{key}: '{value}'" for key, value in values.items())
    return f"localStorage.setItem('meipi', JSON.stringify({{{pairs}}}))"


def term_card(page: Page) -> None:
    """Open the card of the article's first counted phrase."""
    page.locator("a.term", has_text="五个中心").first.hover()
    page.locator(".card:popover-open").wait_for()


# File, address, width, height, settings, what to do before the picture.
PICTURES = (
    ("reader", f"/a/{ARTICLE}/", 1440, 900, {}, term_card),
    ("phone", f"/a/{ARTICLE}/znvf/", 390, 844, {"theme": "dark"}, None),
    ("vertical", f"/a/{ARTICLE}/", 1440, 900, {"dir": "v"}, None),
    ("who-said-what", f"/a/{ARTICLE}/", 1440, 900, {"who": "on", "theme": "sepia"}, None),
    ("term", "/terms/wu-ge-zhongxin/", 1440, 900, {}, None),
    ("speakers", f"/a/{ARTICLE}/speakers/", 1440, 900, {}, None),
)


def write(picture: bytes, path: Path) -> None:
    """Write a picture with at most 128 colours, a third of its size; pages have few colours."""
    colours = Image.open(BytesIO(picture)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    colours.save(path, optimize=True)


def main() -> None:
    """Write `docs/*.png`."""
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        content = Path(home) / "content"
        shutil.copytree(ROOT / "content", content)
        # Before the site starts, which waits for its index for a limited time.
        subprocess.run(
            [sys.executable, "-m", "app", "index", "--content", str(content)], cwd=ROOT, check=True
        )
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        with served(content, ARTICLE) as address:
            for name, path, width, height, wanted, act in PICTURES:
                context = browser.new_context(
                    viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
                )
                context.add_init_script(settings(**wanted))
                page = context.new_page()
                page.goto(address + path, wait_until="networkidle")
                if act:
                    act(page)
                write(page.screenshot(), ROOT / "docs" / f"{name}.png")
                context.close()
                print(f"docs/{name}.png")


if __name__ == "__main__":
    main()
