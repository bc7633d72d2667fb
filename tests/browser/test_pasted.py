"""A pasted text full of markup, in a real browser without a Content-Security-Policy: nothing of it runs."""

from __future__ import annotations

from pathlib import Path

from hostile import PAYLOADS
from playwright.sync_api import Browser
from test_hostile_content import STRANGE, WATCH

TEXT = "标题<script>hit()</script>\n\n" + "\n\n".join(
    f"第{n}段。渡口的林清和说：“{payload}”" for n, payload in enumerate(PAYLOADS)
)


def test_runs_nothing_as_text_as_file_or_as_a_kept_page(site: str, browser: Browser, tmp_path: Path):
    # A text area is ours here: it holds the text for another display.
    strange = STRANGE.replace("|textarea", "")
    file = tmp_path / "hostile.html"
    file.write_text(f"<!doctype html><p>正文的开头。</p>{''.join(f'<p>{p}</p>' for p in PAYLOADS)}", "utf-8")
    context = browser.new_context(bypass_csp=True, accept_downloads=True)
    context.add_init_script(WATCH)
    page = context.new_page()
    outside: list[str] = []
    page.on(
        "request", lambda r: outside.append(r.url) if not r.url.startswith((site, "data:", "file:")) else None
    )
    for give in (
        lambda: page.fill("textarea[name=text]", TEXT),
        lambda: page.set_input_files("input[name=file]", file),
    ):
        page.goto(f"{site}/read/")
        give()
        page.click("form.give button")
        page.wait_for_selector("#again", state="attached")
        assert page.locator("p.x").count() > 3
        with page.expect_download() as download:
            page.click("button[name=keep]")
        kept = tmp_path / "kept.html"
        download.value.save_as(kept)
        other = context.new_page()
        other.goto(kept.as_uri())
        for shown in (page, other):
            shown.wait_for_timeout(300)
            assert shown.evaluate("window.hits") == []
        assert page.evaluate(strange) == []
        other.close()
    context.close()
    assert outside == []
