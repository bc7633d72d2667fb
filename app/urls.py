"""The addresses of all pages, as paths with a trailing slash; `absolute` adds the address of the site."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from app.model import ArticleId, BlockId, SpeakerId, TermId

# The id of a text that a reader pasted. It has no address: links to its parts are anchors of the page.
PASTED = ArticleId("")

# Characters of the words in a report: some mail programs cut addresses of 2,000 bytes, 9 for a character.
_MOST_WORDS = 120

HOME = "/"
ARTICLES = "/articles/"
TERMS = "/terms/"
SPEAKERS = "/speakers/"
SEARCH = "/search/"
LEARN = "/learn/"
READ = "/read/"
USES = "/uses/"
COMPARE = "/compare/"
NEW = "/new/"
NEW_FEED = "/new/feed.atom"
NEW_TABLE = "/new/articles.csv"
OFFLINE = "/offline/"
EDIT = "/edit/"
# Takes the text of a page of /read/ and shows it in the form for a new article.
HAND = f"{EDIT}hand/"

# Matches ids that need no quoting: nearly all.
_SAFE = re.compile("[a-z0-9-]+").fullmatch


def _part(id: str) -> str:
    """Quote an id for use as one part of a path."""
    return id if _SAFE(id) else quote(id, safe="")


def word(text: str) -> str:
    """A word of the dictionary."""
    return f"/words/{_part(text)}/"


def article(id: ArticleId | str) -> str:
    """The reading page."""
    return f"/a/{_part(id)}/" if id else ""


def block(article_id: ArticleId | str, id: BlockId | str, rev: int | None = None) -> str:
    """The page of one paragraph; with `rev`, in that revision."""
    if not article_id:
        return f"#{id}"
    return f"{article(article_id)}{_part(id)}{'' if rev is None else f'@{rev}'}/"


def elsewhere(article_id: ArticleId | str, id: BlockId | str) -> str:
    """Where else the words of a paragraph are: a section of its page."""
    return f"{block(article_id, id)}#elsewhere"


def block_in_article(article_id: ArticleId | str, id: BlockId | str) -> str:
    """The paragraph in its place on the reading page."""
    return f"{article(article_id)}#{id}"


def card(
    article_id: ArticleId | str, id: BlockId | str, size: str = "og", *, translated: bool = False
) -> str:
    """The share image of a paragraph or of its translation; `size` is og or portrait."""
    return f"{block(article_id, id)}card.png?size={size}" + ("&translation=1" if translated else "")


def article_card(id: ArticleId | str) -> str:
    """The share image of an article: its title."""
    return f"{article(id)}card.png?size=og"


def article_speakers(id: ArticleId | str) -> str:
    """Who says what in one article."""
    return f"{article(id)}speakers/" if id else "#speakers"


def article_source(id: ArticleId | str) -> str:
    """The article as printed: original lines, numbered."""
    return f"{article(id)}source/"


def came_from(article: ArticleId | str) -> str:
    """The fragment of an entry's page for a reader who comes from an article."""
    return f"from-{_part(article)}"


def article_terms(id: ArticleId | str) -> str:
    """The terms of one article, with their definitions."""
    return f"{article(id)}terms/"


def markdown(article_id: ArticleId | str, block_id: BlockId | str = "") -> str:
    """An article, or one of its paragraphs, as Markdown."""
    return (block(article_id, block_id) if block_id else article(article_id)) + "index.md"


def compare(a: ArticleId | str, b: ArticleId | str) -> str:
    """Two articles side by side."""
    return f"{COMPARE}{_part(a)}/{_part(b)}/"


def compared_table(a: ArticleId | str, b: ArticleId | str) -> str:
    """The changes between two articles, as CSV."""
    return f"{compare(a, b)}changes.csv"


def term(id: TermId | str) -> str:
    """A glossary entry."""
    return f"{TERMS}{_part(id)}/"


def uses(id: TermId | str) -> str:
    """All uses of a glossary entry in the library."""
    return f"{term(id)}uses/"


def series_table(id: TermId | str) -> str:
    """The counts of a glossary entry in texts outside of the library, as CSV."""
    return f"{term(id)}series.csv"


def uses_of(words: str, *, table: bool = False) -> str:
    """All uses of any words; with `table`, as CSV."""
    return f"{'/uses.csv' if table else USES}?{urlencode({'q': words})}"


def speaker(id: SpeakerId | str) -> str:
    """A speaker across the library."""
    return f"{SPEAKERS}{_part(id)}/"


def speaker_table(id: SpeakerId | str) -> str:
    """The terms that mark a speaker's words, as CSV."""
    return f"{speaker(id)}terms.csv"


def edit_article(id: ArticleId | str, block: BlockId | str = "") -> str:
    """An article, or one of its paragraphs, in the workbench."""
    return f"{EDIT}a/{_part(id)}/" + (f"{_part(block)}/" if block else "")


def edit_term(id: TermId | str) -> str:
    """A glossary entry in the workbench."""
    return f"{EDIT}terms/{_part(id)}/"


def edit_person(id: SpeakerId | str) -> str:
    """A person in the workbench."""
    return f"{EDIT}people/{_part(id)}/"


def search(q: str = "", **filters: str) -> str:
    """Full text search; empty filters are left out."""
    query = {"q": q, **{k: v for k, v in filters.items() if v}}
    return f"{SEARCH}?{urlencode(query)}" if q or filters else SEARCH


def search_feed(q: str, **filters: str) -> str:
    """The feed of a search."""
    return search(q, **filters).replace("?", "feed.atom?", 1)


def report(to: str, title: str, link: str, words: str) -> str:
    """Where a reader reports a mistake: a mail or a form for an issue, filled in; the site stores nothing.

    Args:
        to: a mail address, or the address of a form that takes `title` and `body`.
        title: of the page.
        link: of the page, absolute.
        words: that it shows.
    """
    body = f"{link}\n\n> {words[:_MOST_WORDS]}\n\n"
    if to.startswith(("http://", "https://")):
        filled = urlencode({"title": title, "body": body}, quote_via=quote)
        return f"{to}{'&' if '?' in to else '?'}{filled}"
    filled = urlencode({"subject": title, "body": body}, quote_via=quote)
    return f"mailto:{to.removeprefix('mailto:')}?{filled}"


def absolute(base_url: str, path: str) -> str:
    """The absolute address of a path; `base_url` has no trailing slash."""
    return base_url + path


# Pages below an article's address that are not paragraphs.
PAGES_OF_AN_ARTICLE = frozenset(
    page("x").removeprefix(article("x")).rstrip("/")
    for page in (article_speakers, article_source, article_terms)
)
# Names of files that the site or an export may have in the same folder as pages named by ids.
_FILE = re.compile(r".+\.(?:html?|xhtml|xml|json|md|txt|png|jpe?g|svg|pdf|epub|csv|part|br|gz)")


def is_file_name(id: str) -> bool:
    """Whether a file of the site may have this name; ids must not."""
    return _FILE.fullmatch(id) is not None
