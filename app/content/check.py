"""Lists every fault of the files in content/."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from app.content.files import exists, list_folder
from app.content.findings import Finding
from app.content.store import Content, Manuscript
from app.errors import ContentError
from app.i18n import Message, worded
from app.model import ARTICLE_ID, LANGUAGE, ArticleId, Knowledge, TranslatedBlock
from app.text.paragraphs import Ledger, at, difference, drafted
from app.text.terms.evidence import entry_doubts

# Kinds of blocks that a translation is expected to have.
TRANSLATED = frozenset(("paragraph", "heading", "list", "verse", "caption", "note", "table"))
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
        today: ISO 8601; if given, entries whose review is too old are reported.
        last: see `KnowledgeFiles.usable`.
        saved: gives the last known revision of an article, see `Content.article`.
    """
    knowledge, findings = content.usable_knowledge(last)
    yield from findings
    stale = f"{int(today[:4]) - _REVIEW_YEARS}{today[4:]}" if today else ""
    for doubt in entry_doubts(knowledge.terms, stale=stale):
        yield Finding(*content.entries.where(doubt.term), doubt.code, doubt.problem, doubt.remedy)
    series, faults = content.series.usable()
    yield from faults
    for one in series:
        yield from content.series.doubts(one, knowledge)
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
            yield from _check_article(content, found[name], owners, saved, knowledge)


def _check_article(
    content: Content,
    folder: Path,
    owners: dict[str, str],
    saved: Callable[[ArticleId], int],
    knowledge: Knowledge,
) -> Iterator[Finding]:
    """The faults of one article; `owners` maps ids and aliases to articles, and gets this article's."""
    text, ledger = folder / "article.md", folder / "ledger.jsonl"
    if not ARTICLE_ID.fullmatch(folder.name):
        problem = worded("%(name)r is not an article id", name=folder.name)
        yield Finding(str(folder), 0, "A01", problem, "use a–z, 0–9 and hyphens, at most 64")
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
    yield from _check_translations(content, manuscript, knowledge)
    if not exists(ledger):
        remedy = worded("run: meipi save %(name)s", name=folder.name)
        yield Finding(str(ledger), 0, "A10", "the article has no ledger", remedy)


def _check_translations(content: Content, manuscript: Manuscript, knowledge: Knowledge) -> Iterator[Finding]:
    """Translations that cannot be read, lost their Chinese, do not fit it any more, or are incomplete."""
    yield from _check_names(content.root / "articles" / manuscript.header.id)
    try:
        yield from content.translation_faults(manuscript.header.id)
    except ContentError as error:
        yield Finding.of(error)
    ledger, _ = drafted(manuscript.ledger, manuscript.pieces)
    for file in manuscript.translations:
        carried, lines = file.carried(ledger), {words.id: words.line for words in file.texts}
        for words in file.texts:
            for mark in words.terms:
                if knowledge.term(mark.term) is None:
                    problem = worded("%(term)r is not an entry of the glossary", term=mark.term)
                    yield Finding(
                        file.path, words.line, "T05", problem, "correct the id, or take the mark away"
                    )
        for id in carried.orphans:
            problem = worded("the text has no paragraph %(id)s any more", id=id)
            yield Finding(
                file.path, lines[id], "T02", problem, "move the words to another paragraph, or delete them"
            )
        for block in carried.blocks:
            if block.doubt:
                remedy = worded(
                    "correct the words and write revision=%(n)s after the id", n=max(1, ledger.last)
                )
                if block.doubt == "unsure":
                    remedy = worded("compare them with the Chinese, and take .unsure away")
                line = lines.get(block.block, 0)
                yield Finding(file.path, line, "T03", _stale(ledger, block), remedy)
        done = {block.block for block in carried.blocks}
        missing = [b.id for b in ledger.current if b.kind in TRANSLATED and b.id not in done]
        if missing:
            problem = worded(
                "not translated: %(ids)s", ids=" ".join(missing[:12]) + (" …" if missing[12:] else "")
            )
            remedy = worded(
                "run: meipi translate %(name)s --template %(lang)s",
                name=manuscript.header.id,
                lang=file.head.lang,
            )
            yield Finding(file.path, 0, "T04", problem, remedy, note=True)


def _check_names(folder: Path) -> Iterator[Finding]:
    """Markdown files of an article that no program reads as a translation, or that translate into Chinese."""
    for path in list_folder(folder):
        if path.suffix.lower() != ".md" or path.name == "article.md":
            continue
        remedy = worded("name it after the language of its words, for example en.md")
        if path.suffix != ".md" or not LANGUAGE.fullmatch(path.stem):
            problem = worded("the file is not read: its name is no language tag")
            yield Finding(str(path), 0, "T06", problem, remedy)
        elif path.stem.partition("-")[0] in ("zh", "cmn"):
            problem = worded("the name says that a translation is in Chinese, as the article itself is")
            yield Finding(str(path), 0, "T06", problem, remedy)


def _stale(ledger: Ledger, block: TranslatedBlock) -> Message:
    """Why a translated block may not fit, with the change of the Chinese."""
    if block.doubt == "unsure":
        return worded("a program put these words to %(id)s and was not sure", id=block.block)
    if block.doubt == "merged":
        return worded("%(id)s now has the words of a merged paragraph too", id=block.block)
    history = ledger.histories[block.block]
    then = at(ledger, block.block, block.revision) or history.birth
    marks = {"same": "%s", "cut": "[-%s-]", "put": "{+%s+}"}
    parts = (
        marks[op] % (text if op != "same" or len(text) <= 24 else f"{text[:10]}…{text[-10:]}")
        for op, text in difference(then.text, history.last.text)
    )
    changed = "".join(parts)
    if block.doubt == "split":
        return worded(
            "%(id)s was split since revision %(n)s: %(change)s",
            id=block.block,
            n=block.revision,
            change=changed,
        )
    return worded(
        "%(id)s changed since revision %(n)s: %(change)s", id=block.block, n=block.revision, change=changed
    )
