"""Random changes to a folder of content, and everything that an index holds, to compare two of them.

`play` applies batches of changes, lets one or two writers bring an index up to date, and compares it with an
index made from nothing. The texts are invented; names and words repeat often, so that totals change.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from app.content.store import Content
from app.index import Filters, Index
from app.index.schema import SCHEMA
from app.library.library import Library
from app.model import ArticleId, SpeakerId, TermId
from app.text.query import parse

Row = tuple[Any, ...]

AT = "2024-08-01T00:00:00+00:00"
TABLES = re.findall(r"create table (\w+)", SCHEMA)
WORDS = ("码头", "灯塔", "渔网", "盐田", "灯塔守望人", "潮", "修船厂", "晒盐")
PEOPLE = ("孟海生", "卓玉兰", "简望潮", "薄石林")
SENTENCES = (
    "{word}在岛的东边。",
    "{person}说：“{word}要留下来，{other}也要修。”",
    "{person}表示，今年的{word}比去年多。",
    "雨停以后，{word}旁边聚了一些人。",
    "{word}和{other}都归镇里管。",
    "“{word}是大家的。”{person}说。",
    "记者在{word}见到了{person}。",
)
IDS = tuple(f"island-{n}" for n in range(14))
LINES = [
    {"id": f"line-{n}", "title": f"海岛旧闻{n}", "date": f"199{n}-03", "paragraphs": [text]}
    for n, text in enumerate(("孟海生说：“码头太小了。”", "晒盐的人都走了，只剩灯塔。", "卓玉兰在修船厂。"))
]


# -- changes


class Folder:
    """A folder of content under random edits.

    Args:
        root: made here.
        chance: decides everything.
    """

    def __init__(self, root: Path, chance: Random) -> None:
        self.root, self.chance = root, chance
        self._deleted: list[bytes] = []
        self._recorded = set[str]()
        for folder in ("articles", "glossary", "speakers"):
            (root / folder).mkdir(parents=True)
        for id in IDS[:5]:
            self._write(id, self._article())
        self.edit_glossary()
        self.edit_people()

    def looked_at(self) -> None:
        """Note which articles an index knows revisions of: a text under such an id needs its ledger (L09)."""
        self._recorded = {p.parent.name for p in self.root.glob("articles/*/ledger.jsonl")}

    def change(self) -> str:
        """One random change; returns its name."""
        deeds = (
            (self.edit, 8),
            (self.new, 3),
            (self.delete, 2),
            (self.rename, 2),
            (self.bring_back, 2),
            (self.swap, 1),
            (self.edit_glossary, 1),
            (self.edit_people, 1),
            (self.record, 1),
        )
        deed = self.chance.choices([d for d, _ in deeds], [weight for _, weight in deeds])[0]
        deed()
        return deed.__name__

    def edit(self) -> None:
        """Change, add, remove or move paragraphs, or write the whole article again."""
        for id in self._some():
            path = self._path(id)
            head, *paragraphs = path.read_text("utf-8").split("\n\n")
            for _ in range(self.chance.randint(1, 3)):
                at = self.chance.randrange(len(paragraphs) + 1)
                match self.chance.randrange(6):
                    case 0 | 1:
                        paragraphs.insert(at, self._paragraph())
                    case 2 if len(paragraphs) > 1:
                        paragraphs.pop(at - 1)
                    case 3:
                        paragraphs[at - 1] += self._sentence()
                    case 4:
                        paragraphs.reverse()
                    case _:
                        head = self._head()
            path.write_text("\n\n".join([head, *paragraphs]), "utf-8")

    def new(self) -> None:
        """Write an article under a free id."""
        for id in self._free():
            self._write(id, self._article())

    def delete(self) -> None:
        """Delete an article; its text is kept for `bring_back`."""
        for id in self._some():
            self._deleted.append(self._path(id).read_bytes())
            shutil.rmtree(self._path(id).parent)

    def rename(self) -> None:
        """Move an article to another id, its ledger with it, sometimes with an edit or an alias."""
        for id, to in zip(self._some(), self._free(), strict=False):
            self._path(id).parent.rename(self._path(to).parent)
            text = self._path(to).read_text("utf-8")
            if self.chance.random() < 0.5:
                text = text.replace("title:", f"aliases: [{id}]\ntitle:", "aliases:" not in text)
            if self.chance.random() < 0.5:
                text += "\n\n" + self._paragraph()
            self._path(to).write_text(text, "utf-8")

    def bring_back(self) -> None:
        """Write a deleted article again, under any free id, the old one or another."""
        if self._deleted:
            text = self._deleted.pop(self.chance.randrange(len(self._deleted)))
            for id in self._free():
                self._path(id).parent.mkdir()
                self._path(id).write_bytes(text)

    def swap(self) -> None:
        """Exchange the texts of two articles."""
        ids = self._ids()
        if len(ids) > 1:
            one, other = (self._path(id) for id in self.chance.sample(ids, 2))
            text = one.read_bytes()
            one.write_bytes(other.read_bytes())
            other.write_bytes(text)

    def edit_glossary(self) -> None:
        """Explain other words."""
        words = self.chance.sample(WORDS, self.chance.randint(1, 5))
        entries = [
            f"- id: {_id(word)}\n  term: {word}\n  kind: concept\n  zh: 海岛上的{word}。\n  note: 虚构。\n"
            for word in words
        ]
        (self.root / "glossary/words.yaml").write_text("".join(entries), "utf-8")

    def edit_people(self) -> None:
        """Record other people."""
        people = self.chance.sample(PEOPLE, self.chance.randint(1, 3))
        entries = [f"- id: {_id(name)}\n  name: {name}\n  note: 虚构。\n" for name in people]
        (self.root / "speakers/people.yaml").write_text("".join(entries), "utf-8")

    def record(self) -> None:
        """Record a revision, as `meipi save` does, without asking for pages."""
        content = Content(self.root)
        library = Library(content, _NoIndex())  # type: ignore[arg-type]
        library.refresh_one = lambda id: None  # type: ignore[assignment,method-assign]
        for id in self._some():
            library.save(ArticleId(id), saved_at=AT)

    def _ids(self) -> list[str]:
        return sorted(p.name for p in (self.root / "articles").iterdir())

    def _some(self) -> list[str]:
        ids = self._ids()
        return self.chance.sample(ids, 1) if ids else []

    def _free(self) -> list[str]:
        free = sorted(set(IDS) - set(self._ids()) - self._recorded)
        return self.chance.sample(free, 1) if free else []

    def _path(self, id: str) -> Path:
        return self.root / "articles" / id / "article.md"

    def _write(self, id: str, text: str) -> None:
        self._path(id).parent.mkdir()
        self._path(id).write_text(text, "utf-8")

    def _article(self) -> str:
        return "\n\n".join([self._head(), *(self._paragraph() for _ in range(self.chance.randint(1, 4)))])

    def _head(self) -> str:
        date = self.chance.choice(("", "2023", "2024-05", "2024-05-06", "2024-05-06"))
        alias = self.chance.choice(("", "", "", f"aliases: [{self.chance.choice((*IDS, 'old-name'))}]\n"))
        return f"---\ntitle: 海岛{self.chance.choice(WORDS)}记\ndate: '{date}'\n{alias}---"

    def _paragraph(self) -> str:
        return "".join(self._sentence() for _ in range(self.chance.randint(1, 3)))

    def _sentence(self) -> str:
        word, other = self.chance.sample(WORDS, 2)
        return self.chance.choice(SENTENCES).format(word=word, other=other, person=self.chance.choice(PEOPLE))


class _NoIndex:
    """An index that knows nothing."""

    def revisions(self, ids: Sequence[ArticleId]) -> dict[ArticleId, int]:
        return {}


def _id(word: str) -> str:
    return "-".join(f"{ord(c):x}" for c in word)


# -- comparing

# Characters of a difference that are printed.
_SHOWN = 300


def contents(index: Index) -> dict[str, Any]:
    """Everything an index holds and answers, without the keys of its rows: articles by their ids."""
    held: dict[str, Any] = {}
    with index._read() as db:
        ids = dict(db.all("select key, id from article"))
        for table in TABLES:
            cursor = db.db.execute(f"select * from {table}")  # type: ignore[attr-defined]
            names = [column[0] for column in cursor.description]
            rows = [_without_keys(table, names, row, ids) for row in cursor.fetchall()]
            held[table] = sorted(filter(None, rows), key=repr)
    for word in (*WORDS, *PEOPLE, "海岛", "，", "说"):
        for filters in (
            Filters(),
            Filters(term=_id("码头")),
            Filters(since="2024", kind="quotation"),
            Filters(speaker=_id("孟海生")),
        ):
            held[f"search {word} {filters}"] = index.search(parse(word), filters, limit=1000)
    for id in (*IDS, "old-name"):
        held[f"renamed {id}"] = index.renamed(ArticleId(id))
    for term in index.term_counts():
        held[f"occurrences {term}"] = index.occurrences(term), index.articles_with(term)
    for person in index.speakers():
        held[f"speaker {person.id}"] = person, index.articles_of(SpeakerId(person.id))
    held["entries"] = index.entries(limit=1000), index.count(), index.speaker_count()
    held["terms"] = dict(index.term_counts()).get(TermId(_id("灯塔")), 0)
    return held


def _without_keys(table: str, names: Sequence[str], row: Row, ids: dict[int, str]) -> Row | None:
    if table == "meta":
        return None if row[0] in ("generation", "finished") else row
    values = dict(zip(names, row, strict=True))
    values.pop("key", None)
    if table == "fingerprint":
        values.pop("block")
    if table == "document":
        values["body"] = zlib.decompress(values["body"]).decode()
    if table == "stretch":
        values["other"] = ids.get(values["other"], f"no article {values['other']}")
    if "article" in values and table not in ("term", "person"):
        values["article"] = ids.get(values["article"], f"no article {values['article']}")
    return tuple(sorted(values.items()))


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Where two indexes are not the same, in words."""
    found = []
    for name in one.keys() | other.keys():
        mine, fresh = one.get(name), other.get(name)
        if mine == fresh:
            continue
        if isinstance(mine, list) and isinstance(fresh, list):
            extra = [row for row in mine if row not in fresh][:2]
            missing = [row for row in fresh if row not in mine][:2]
            found.append(f"{name}: too many {extra!r}, missing {missing!r}"[:_SHOWN])
        else:
            found.append(f"{name}: {mine!r} instead of {fresh!r}"[:_SHOWN])
    return sorted(found)[:4]


# -- playing

# Something that brings the index up to date with the files.
Writer = Callable[[], object]


def play(
    batches: int,
    chance: Random,
    home: Path,
    mine: Library,
    other: Writer,
    fresh: Callable[[], Library],
) -> Iterator[str]:
    """Apply random batches of changes and compare the index with one made from nothing after each.

    Args:
        batches: how many; each has one to eight changes.
        chance: decides everything but how two writers interleave.
        home: has the folder `content`, which is made here.
        mine: the library whose index is compared.
        other: a second writer to the same index.
        fresh: a library on the same files with an empty index.

    Yields:
        For each batch the differences and the changes that led to them, "" for none.
    """
    folder = Folder(home / "content", chance)
    lines = home / "lines.jsonl"
    lines.write_text("".join(json.dumps(line) + "\n" for line in LINES), "utf-8")
    assert mine.refresh().findings == (), "the texts of this module are without fault"
    list(mine.take_lines([lines]))
    for number in range(batches):
        folder.looked_at()
        done = [folder.change() for _ in range(chance.randint(1, 8))]
        try:
            done.append(_look(chance, folder, mine, other))
            list(mine.renew_lines())
        except Exception as error:
            yield f"batch {number} {done}: {type(error).__name__}: {error}"
            return
        anew = fresh()
        try:
            anew.refresh()
            list(anew.take_lines([lines]))
            found = differences(contents(mine.index), contents(anew.index))
        finally:
            anew.index.close()
        yield f"batch {number} {done}: {'; '.join(found)}" if found else ""


def _look(chance: Random, folder: Folder, mine: Library, other: Writer) -> str:
    """Let one writer look at the files, or both at once, perhaps while they are being edited."""
    how = chance.choice(("mine", "other", "both", "both while edited"))
    if how == "other":
        other()
    if how.startswith("both"):
        faults: list[Exception] = []

        def refresh() -> None:
            try:
                other()
            except Exception as fault:
                faults.append(fault)

        thread = threading.Thread(target=refresh)
        thread.start()
        if how == "both while edited":
            folder.edit()
        try:
            mine.refresh()
        finally:
            thread.join()
        if faults:
            raise faults[0]
    assert mine.refresh().findings == ()  # edits made meanwhile
    return how
