"""Lists every fault of the files in content/."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from app.content.files import exists, list_folder
from app.content.findings import Finding
from app.content.store import Content
from app.errors import ContentError
from app.i18n import worded
from app.model import ARTICLE_ID, ArticleId, Knowledge
from app.text.terms.evidence import entry_doubts

# Years until an entry has to be reviewed again.
_REVIEW_YEARS = 2


def check(
    content: Content,
    *,
    today: str = "",
    last: Knowledge | None = None,
    saved: Callable[[ArticleId], int] = lambda _: 0,
) -> Iterator[Finding]:
    """Every fault of every file, in order of files.

    Args:
        content: the files.
        today: ISO 8601; if given, entries whose review is too old are reported.
        last: see `KnowledgeFiles.usable`.
        saved: gives the last known revision of an article, see `Content.article`.
    """
    knowledge, findings = content.usable_knowledge(last)
    yield from findings
    stale = f"{int(today[:4]) - _REVIEW_YEARS}{today[4:]}" if today else ""
    for doubt in entry_doubts(knowledge.terms, stale=stale):
        yield Finding(*content.entries.where(doubt.term), doubt.code, doubt.problem, doubt.remedy)
    # After a killed writer an article may be in both folders: the pending one counts, as for readers.
    found = dict[str, Path]()
    for place in (content.root / "articles", content.root / ".pending"):
        try:
            found |= {f.name: f for f in list_folder(place)}
        except ContentError as error:
            yield Finding.of(error)
    owners = {name: name for name in found}
    for name in sorted(found):
        if found[name].is_dir() and not name.startswith("."):
            yield from _check_article(content, found[name], owners, saved)


def _check_article(
    content: Content, folder: Path, owners: dict[str, str], saved: Callable[[ArticleId], int]
) -> Iterator[Finding]:
    """The faults of one article; `owners` maps ids and aliases to articles, and gets this article's."""
    text, ledger = folder / "article.md", folder / "ledger.jsonl"
    if not ARTICLE_ID.fullmatch(folder.name):
        remedy = worded("use a–z, 0–9 and hyphens, at most 64")
        yield Finding(
            str(folder), 0, "A01", worded("%(name)r is not an article id", name=folder.name), remedy
        )
        return
    if not exists(text):
        yield Finding(str(text), 0, "A02", "the file is missing", "write it, or delete the folder")
        return
    try:
        id = ArticleId(folder.name)
        manuscript = content.article(id, saved=saved(id))
    except ContentError as error:
        yield Finding.of(error)
        return
    for alias in manuscript.header.aliases:
        if (other := owners.setdefault(alias, folder.name)) != folder.name or alias == folder.name:
            problem = worded(
                "alias %(alias)r is an id or alias of article %(other)s", alias=alias, other=other
            )
            yield Finding(str(text), 0, "A08", problem, "keep it in one article only")
    if not manuscript.pieces:
        remedy = worded("add paragraphs below the front matter")
        yield Finding(str(text), 0, "A09", "the article has no text", remedy)
    try:
        content.source(id)
    except ContentError as error:
        yield Finding.of(error)
    if not exists(ledger):
        yield Finding(
            str(ledger),
            0,
            "A10",
            "the article has no ledger",
            worded("run: meipi save %(name)s", name=folder.name),
        )
