"""Every page: accessible, within its policy and its weight, no wider than the screen."""

from __future__ import annotations

import urllib.error
import urllib.request
from urllib.parse import urldefrag, urljoin, urlsplit

import brotli
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
    # The first paint waits for the page, its sheet and two scripts; an icon is the browser's own wish.
    before = page.evaluate(
        """(() => { const painted = performance.getEntriesByName('first-contentful-paint')[0].startTime;
        return performance.getEntriesByType('resource').filter(e => e.startTime < painted)
          .map(e => e.name).filter(name => !name.endsWith('icon.svg')); })()"""
    )
    assert len(before) <= 3, before


def test_an_article_with_all_its_notes_fits_the_first_round_trip(page, site):
    """Sizes as brotli makes them at its best: 14 KB of HTML, 10 KB of CSS, 8 KB of JavaScript."""
    answers = {}
    page.on("response", lambda r: answers.setdefault(r.url, r))
    page.goto(f"{site}/a/{ARTICLE}/", wait_until="networkidle")
    sizes: dict[str, int] = {}
    for url, answer in answers.items():
        kind = "js" if url.endswith(".js") else "css" if url.endswith(".css") else "html"
        if not url.endswith(".svg"):
            sizes[kind] = sizes.get(kind, 0) + len(brotli.compress(answer.body()))
    assert page.locator(".card").count() > 80
    assert sizes["html"] <= 14 * 1024, sizes
    assert sizes["css"] <= 10 * 1024, sizes
    assert sizes["js"] <= 8 * 1024, sizes


@pytest.mark.parametrize(
    "context",
    [{"viewport": {"width": w, "height": 900}} for w in (360, 820, 1440)],
    indirect=True,
    ids=["phone", "tablet", "desk"],
)
def test_nothing_jumps_on_any_page(context, addresses):
    page = context.new_page()
    page.add_init_script(
        "window.shifts = 0; new PerformanceObserver(list => {"
        " for (const shift of list.getEntries()) shifts += shift.value; })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    jumped = {}
    for name, address in addresses.items():
        page.goto(address)
        page.wait_for_timeout(300)
        if shifts := page.evaluate("shifts"):
            jumped[name] = shifts
    assert jumped == {}


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
