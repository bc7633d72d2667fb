"""Every page: accessible, within its policy and its weight, no wider than the screen."""

from __future__ import annotations

import urllib.error
import urllib.request
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

ARTICLE = "shanghai-kechuang"


SCHEMES = ["light", "dark"]


@pytest.mark.parametrize("context", [{"color_scheme": s} for s in SCHEMES], indirect=True, ids=SCHEMES)
def test_axe_finds_no_violation_on_any_page(context, addresses):
    axe, found = Axe(), {}
    page = context.new_page()
    for name, address in addresses.items():
        page.goto(address)
        violations = axe.run(page).response["violations"]
        if violations:
            found[name] = [
                (v["id"], v["nodes"][0]["html"][:160], v["nodes"][0].get("failureSummary", "")[:200])
                for v in violations
            ]
    assert found == {}


@pytest.mark.parametrize("context", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_axe_finds_no_violation_on_a_phone_with_a_card_open(context, site):
    page = context.new_page()
    page.goto(f"{site}/a/{ARTICLE}/")
    page.locator("a.term").first.hover()
    page.wait_for_timeout(500)
    assert Axe().run(page).response["violations"] == []


def test_nothing_violates_the_content_security_policy_or_leaves_the_host(context, site, addresses):
    page = context.new_page()
    page.add_init_script(
        "window.reports = [];"
        "addEventListener('securitypolicyviolation', e => reports.push(e.violatedDirective))"
    )
    hosts, messages = set(), []
    page.on("request", lambda r: hosts.add(urlsplit(r.url).netloc))
    page.on("console", lambda m: messages.append(m.text) if "Content Security Policy" in m.text else None)
    for address in addresses.values():
        page.goto(address)
        page.wait_for_timeout(100)
        assert page.evaluate("reports") == [], address
    assert messages == []
    assert hosts == {urlsplit(site).netloc}


def test_the_reading_page_is_light(context, site):
    page = context.new_page()
    requests = []
    page.on("request", lambda r: requests.append(r.url))
    answer = page.goto(f"{site}/a/{ARTICLE}/", wait_until="networkidle")
    assert len(answer.body()) < 100_000
    assert len(requests) <= 6, requests


@pytest.mark.parametrize("context", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_no_page_scrolls_sideways_on_a_phone(context, addresses):
    page = context.new_page()
    wide = {}
    for name, address in addresses.items():
        page.goto(address)
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 360:
            wide[name] = width
    assert wide == {}


def test_every_internal_link_answers(context, site, addresses):
    page = context.new_page()
    wanted = set()
    for address in addresses.values():
        page.goto(address)
        hrefs = page.eval_on_selector_all(
            "a[href], link[href]", "all => all.map(a => a.getAttribute('href'))"
        )
        wanted |= {urldefrag(urljoin(address, h)).url for h in hrefs}
    inside = {w for w in wanted if w.startswith(site)} - set(addresses.values())
    assert len(inside) > 100
    broken = []
    for address in sorted(inside):
        try:
            urllib.request.urlopen(address, timeout=10).close()
        except urllib.error.HTTPError as error:
            broken.append((error.code, address.removeprefix(site)))
            error.close()
    assert broken == []


def test_targets_are_large_enough_to_touch(context, addresses):
    """WCAG 2.2, 2.5.8: 24 by 24 pixels, links inside a line of text excepted."""
    page = context.new_page()
    page.goto(addresses["reader"])
    small = page.evaluate(
        """[...document.querySelectorAll('button, .ways a, .ways label, header.site nav a, .toc a')]
        .filter(e => e.checkVisibility()).map(e => [e.textContent.trim(), e.getBoundingClientRect()])
        .filter(([, r]) => r.height < 24 || r.width < 24).map(([t, r]) => `${t} ${r.width}x${r.height}`)"""
    )
    assert small == []
