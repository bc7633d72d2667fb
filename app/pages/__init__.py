"""Every page as a value: context of a template, head, status. `app.web` renders it, `app.export` writes it.

A module makes pages of one kind and holds the contexts of their templates. `pages.Pages` lists them all.
It is imported when the first of them is asked for.
"""

from typing import TYPE_CHECKING

from app.late import late

if TYPE_CHECKING:
    from app.pages import compare as compare
    from app.pages import failures as failures
    from app.pages import feeds as feeds
    from app.pages import home as home
    from app.pages import labels as labels
    from app.pages import machine as machine
    from app.pages import markdown as markdown
    from app.pages import news as news
    from app.pages import paragraph as paragraph
    from app.pages import read as read
    from app.pages import reader as reader
    from app.pages import search as search
    from app.pages import series as series
    from app.pages import sharing as sharing
    from app.pages import speakers as speakers
    from app.pages import styleguide as styleguide
    from app.pages import term as term
    from app.pages import terms as terms
    from app.pages import translations as translations
    from app.pages import uses as uses
    from app.pages import wordlist as wordlist

__all__ = [
    "answer_values", "answers", "article", "blocks", "cards", "contexts", "excerpts", "failures", "feeds",
    "fragments", "home", "labels", "listed", "machine", "markdown", "options", "pages", "read", "resources",
    "sharing", "shelves", "styleguide", "term", "terms", "translations", "views",
]  # fmt: skip
_LATE = ("compare", "news", "paragraph", "reader", "search", "series", "speakers", "uses", "wordlist")
__getattr__ = late(__name__, (*__all__, *_LATE))
