"""Templates: constant wording is put in when they are compiled, right for each language."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from app.i18n import LOCALES, Locale, use_locale
from app.library.library import Library
from app.model import ArticleId
from app.pages.contexts import Meta, Page
from app.pages.pages import Pages
from app.pages.wordlist import LearnContext
from app.web.rendering import Renderer

LEARN = Page(LearnContext(), Meta("生词表", ""), nav="terms")


def words(renderer: Renderer, locale: Locale) -> str:
    with use_locale(locale):
        return renderer.text(LEARN)


def test_one_renderer_speaks_both_languages_in_turn():
    renderer = Renderer("http://x", "眉批")
    zh, en = words(renderer, "zh"), words(renderer, "en")
    assert "跳到正文" in zh and 'lang="zh-Hans"' in zh
    assert "跳到正文" not in en and 'lang="en"' in en
    assert (words(renderer, "zh"), words(renderer, "en")) == (zh, en)


def test_compiled_templates_are_kept_for_each_language_and_for_any_site(tmp_path: Path):
    for name in ("眉批", "<乡报>"):
        for locale in LOCALES:
            kept = Renderer("http://x", name, compiled=tmp_path)
            assert words(kept, locale) == words(Renderer("http://x", name), locale)


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ('{{ _("文库") }}', "文库"),
        ('{{ _("%(n)s 段", n=n) }}', "&lt;b&gt; 段"),
        ('{{ _("%(n)s 段", n="<b>") }}', "&lt;b&gt; 段"),
        ('{% set words = _("文库") %}{{ words }}{{ n }}', "文库&lt;b&gt;"),
        ('{{ url.word(n) }}{{ url.word("水") }}', "/words/%3Cb%3E//words/%E6%B0%B4/"),
        ('{% if locale() == "zh" %}{{ n }}{% else %}?{% endif %}', "&lt;b&gt;"),
        ("{% trans %}墨是原文，<b>朱是批注</b>。{% endtrans %}", "墨是原文，<b>朱是批注</b>。"),
    ],
)
def test_values_of_a_page_are_escaped_and_wordings_are_not(source: str, made: str):
    assert Renderer("http://x", "眉批").environment.from_string(source).render(n="<b>") == made


def test_a_page_made_again_takes_every_shared_piece_from_the_cache(library: Library):
    pages = Pages(library, base_url="http://x", site_name="眉批")
    renderer = Renderer("http://x", "眉批")
    page = cast(Page, pages.reader(ArticleId("beiwan-daqiao")))
    first = renderer.text(page)
    pieces = renderer.fragments.cache.currsize
    assert pieces > 5
    assert renderer.text(page) == first and renderer.fragments.cache.currsize == pieces
