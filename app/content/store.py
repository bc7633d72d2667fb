"""Reads and writes content/, the truth: articles, glossary, people, ledgers. The formats: content/README.md.

Writing an article's files is one step for everybody else: they are laid out whole in
`content/.pending/{id}/`, which is renamed from a temporary name when complete. From that moment readers
take the article from there and the next writer finishes the move, so a process that is killed at any point
leaves the old state or the new one, never half.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import stat
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date as date_type
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from filelock import FileLock
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from app.content.glossary_file import (
    Reader,
    is_date,
    key_line,
    odd_value,
    plain_term,
    read_term,
    short,
    update,
)
from app.errors import ContentError, NotFound
from app.model import (
    ARTICLE_ID,
    KINDS,
    ArticleId,
    Correction,
    Header,
    Kind,
    Knowledge,
    Office,
    Person,
    Piece,
    QuotationType,
    SpeakerId,
    SpeakerKind,
    Term,
)
from app.text.paragraphs import Ledger, drafted, ledger_lines, parse_ledger, salvaged
from app.text.terms.evidence import entry_doubts

_FILES = ("article.md", "source.txt", "ledger.jsonl")
# In a committed folder: the digest of the text that it replaces.
_REPLACED = "replaced"
# A review of an entry holds for so long.
_REVIEW_YEARS = 2


@dataclass(frozen=True, slots=True)
class Manuscript:
    """An article as its files hold it, before ids and annotations.

    Attributes:
        digest: of the three files' bytes.
    """

    header: Header
    pieces: tuple[Piece, ...]
    ledger: Ledger
    digest: str
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something `meipi check` reports; prints as `file:line: CODE problem; remedy`."""

    path: str
    line: int
    code: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code} {self.problem}; {self.remedy}"

    @classmethod
    def of(cls, error: ContentError) -> Finding:
        """The same fault, reported instead of raised."""
        return cls(error.path, error.line, error.code, error.problem, error.remedy)

    def kept(self) -> Finding:
        """The same finding, for a file whose last good state is still shown."""
        return replace(self, remedy=f"{self.remedy}; until then the last good state is shown")


class Content:
    """The folder content/.

    Args:
        root: the folder; need not exist yet, and is then an empty library.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._parsed: tuple[Path, bytes, Ledger] | None = None
        # Of glossary and people: a file's bytes, its entries with their lines, and its faults.
        self._files: dict[Path, tuple[bytes | None, Sequence[tuple[Any, int]], Sequence[Finding]]] = {}

    # -- articles

    def articles(self) -> list[ArticleId]:
        """Ids of all articles, in order of name; also those whose files cannot be read.

        Raises:
            ContentError: a folder cannot be listed.
        """
        found: set[str] = set()
        for folder in (self.root / "articles", self.root / ".pending"):
            found.update(p.name for p in _listed(folder) if _exists(p / "article.md"))
        return sorted(ArticleId(name) for name in found if ARTICLE_ID.fullmatch(name))

    def folder(self, id: ArticleId | str) -> Path:
        """Where the article's files stand now.

        Raises:
            NotFound: there is no such article; also for anything that is no article id, such as a path.
        """
        if ARTICLE_ID.fullmatch(id):
            for folder in (self.root / ".pending" / id, self.root / "articles" / id):
                if _exists(folder / "article.md"):
                    return folder
        raise NotFound("article", id)

    def article(self, id: ArticleId, *, saved: int = 0) -> Manuscript:
        """Read one article.

        Args:
            id: the article.
            saved: the last saved revision that is known. A ledger that ends before it, under a text that is
                not the ledger's last, has lost lines and is refused (L09).

        Raises:
            NotFound: there is no such article.
            ContentError: its files cannot be used as they are.
        """
        folder, (data, ledger_data) = self._whole(id, "article.md", "ledger.jsonl")
        path, ledger_path = folder / "article.md", folder / "ledger.jsonl"
        header, pieces, corrections = parse_article(id, _utf8(data or b"", path), str(path))
        ledger = self._ledger(id, ledger_data, ledger_path)
        if ledger.last < saved and drafted(ledger, pieces)[0] is not ledger:
            raise _cut_short(ledger_path, ledger.last, saved)
        return Manuscript(header, pieces, ledger, _digest(data, ledger_data), corrections)

    def ledger(self, id: ArticleId, *, saved: int = 0) -> Ledger:
        """The record of an article's paragraph ids alone, whatever state its text is in.

        Args:
            id: the article.
            saved: the last saved revision that is known; a ledger that ends before it is refused (L09).

        Raises:
            NotFound: there is no such article.
            ContentError: the ledger cannot be used as it is.
        """
        folder, (data,) = self._whole(id, "ledger.jsonl")
        ledger = self._ledger(id, data, folder / "ledger.jsonl")
        if ledger.last < saved:
            raise _cut_short(folder / "ledger.jsonl", ledger.last, saved)
        return ledger

    def salvaged(self, id: ArticleId) -> Ledger:
        """What can still be read of an article's ledger, however damaged it is.

        Raises:
            NotFound: there is no such article.
            ContentError: there is something else in place of the file.
        """
        _, (data,) = self._whole(id, "ledger.jsonl")
        return salvaged((data or b"").decode("utf-8-sig", "replace").split("\n"), id)

    def digest(self, id: ArticleId) -> str:
        """The digest that `article` would give, without parsing the files.

        Raises:
            NotFound: there is no such article.
            ContentError: a file cannot be read.
        """
        return _digest(*self._whole(id, "article.md", "ledger.jsonl")[1])

    def source(self, id: ArticleId) -> bytes | None:
        """The text as received, or None when the article has none.

        Raises:
            NotFound: there is no such article.
            ContentError: the file cannot be read.
        """
        _, (data,) = self._whole(id, "source.txt")
        return data

    def _whole(self, id: ArticleId, *names: str) -> tuple[Path, list[bytes | None]]:
        """Files of one article at one moment, and their folder; None for a file that is missing.

        A writer may move files while they are read; then they are read again.

        Raises:
            NotFound: there is no such article.
            ContentError: a file cannot be read.
        """
        while True:
            folder = self.folder(id)
            paths = [folder / name for name in names]
            before = [_mark(path) for path in paths]
            data = [_bytes(path) for path in paths]
            if self.folder(id) == folder and [_mark(path) for path in paths] == before:
                return folder, data

    def write(
        self,
        header: Header,
        pieces: Sequence[Piece] | None,
        ledger: Ledger,
        *,
        source: bytes | None = None,
        corrections: Sequence[Correction] = (),
    ) -> None:
        """Write an article's files in one step; call it inside `lock`.

        Args:
            header: names the article.
            pieces: the text; None leaves article.md as it is.
            ledger: written whole.
            source: the text as received; None leaves source.txt as it is.
            corrections: written with the pieces.
        """
        staging = self.root / ".pending" / f".{header.id}.{os.getpid()}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        try:
            old = self.folder(header.id)
        except NotFound:
            old = None
        if pieces is not None:
            _write(staging / "article.md", format_article(header, pieces, corrections).encode())
        elif old is not None:
            _write(staging / "article.md", (old / "article.md").read_bytes())
        lines = "".join(line + "\n" for line in ledger_lines(ledger))
        _write(staging / "ledger.jsonl", lines.encode("utf-8", "surrogatepass"))
        if source is not None:
            _write(staging / "source.txt", source)
        elif old is not None and (old / "source.txt").is_file():
            _write(staging / "source.txt", (old / "source.txt").read_bytes())
        if old is not None:
            _write(staging / _REPLACED, _hash((old / "article.md").read_bytes()))
        _sync(staging)
        committed = self.root / ".pending" / header.id
        staging.rename(committed)
        _sync(committed.parent)
        self._finish(committed)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold content/ for writing; a second writer waits. What a killed process left is finished first."""
        self.root.mkdir(parents=True, exist_ok=True)
        with FileLock(self.root / ".lock"):
            pending = self.root / ".pending"
            if pending.is_dir():
                for folder in pending.iterdir():
                    if folder.name.startswith("."):
                        shutil.rmtree(folder, ignore_errors=True)
                    else:
                        self._finish(folder)
            yield

    def _finish(self, committed: Path) -> None:
        """Move a committed article's files into place; may be run again at any point."""
        target = self.root / "articles" / committed.name
        target.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            if (committed / name).is_file() and not (name == "article.md" and _edited(committed, target)):
                part = target / f".{name}.part"
                shutil.copyfile(committed / name, part)
                with part.open("rb") as handle:
                    os.fsync(handle.fileno())
                part.replace(target / name)
        _sync(target)
        _sync(target.parent)
        done = committed.with_name(f".{committed.name}.done")
        shutil.rmtree(done, ignore_errors=True)
        committed.rename(done)
        shutil.rmtree(done, ignore_errors=True)
        if not any(committed.parent.iterdir()):
            committed.parent.rmdir()

    def _ledger(self, id: ArticleId, data: bytes | None, path: Path) -> Ledger:
        if data is None:
            return Ledger(id)
        # One article is saved, annotated and linked to in turn, and its record may be long: the last is kept.
        known = self._parsed
        if known is None or known[:2] != (path, data):
            # A save adds a line and changes none: the lines before it are not read again.
            after, read = None, 0
            if known and known[0] == path and known[1][-1:] == b"\n" and data.startswith(known[1]):
                after, read = known[2], len(known[1])
            try:
                text = _utf8(data[read:], path, 1 + data.count(b"\n", 0, read))
                lines = text.removesuffix("\n").split("\n")
                ledger = parse_ledger(lines, path=str(path), after=after)
            except ContentError as error:
                raise _damaged(error, data) from None
            if not ledger.revisions:  # `save` writes none without
                raise ContentError(str(path), 1, "L09", "the ledger has no revision", _restore(path))
            self._parsed = known = path, data, ledger
        return known[2]

    # -- glossary and people

    def knowledge(self) -> Knowledge:
        """Glossary and people.

        Raises:
            ContentError: the first fault; `check` lists them all.
        """
        terms, people, findings = self._knowledge()
        for finding in findings:
            raise ContentError(finding.path, finding.line, finding.code, finding.problem, finding.remedy)
        return Knowledge(terms, people)

    def usable_knowledge(self, last: Knowledge | None = None) -> tuple[Knowledge, tuple[Finding, ...]]:
        """What can be used of glossary and people, and the faults of the rest.

        Args:
            last: the last good state. A file with a fault keeps the entries that it gave then and does not
                give now, and its findings say so.
        """
        terms, people, findings = self._knowledge()
        if last is not None and findings:
            faulty = {f.path for f in findings}
            old_terms = self._missing(last.terms, terms, faulty)
            old_people = self._missing(last.people, people, faulty)
            kept = {place for e in old_terms for place in self._places(e)}
            kept |= {place for e in old_people for place in self._places(e)}
            findings = [f.kept() if f.path in kept else f for f in findings]
            terms, people = (*terms, *old_terms), (*people, *old_people)
        return Knowledge(terms, people), tuple(findings)

    def _missing(self, old: Sequence[_Entry], new: Sequence[_Entry], faulty: set[str]) -> list[_Entry]:
        """The entries that faulty files no longer give."""
        known = {e.id for e in new}
        return [e for e in old if e.id not in known and faulty & self._places(e)]

    def _places(self, entry: Term | Person) -> set[str]:
        """Where a finding about an entry's file can be: the file itself, or its folder."""
        path = self.root / entry.file
        return {str(path), str(path.parent)} if entry.file else set()

    def knowledge_digest(self) -> str:
        """Of the names and bytes of all glossary and people files; a fault counts as a file's bytes."""
        digest = hashlib.sha256(b"3\0")  # the number of the form in which the index keeps entries
        for folder in ("glossary", "speakers"):
            try:
                paths = self._yaml(folder)
            except ContentError as error:
                digest.update(f"{error}\0".encode("utf-8", "backslashreplace"))
                continue
            for path in paths:
                try:
                    data = _bytes(path)
                except ContentError as error:
                    data = str(error).encode("utf-8", "backslashreplace")
                if data is not None:  # an editor that saves a file may move it away for a moment
                    digest.update(os.fsencode(path.name) + b"\0" + data + b"\0")
        return digest.hexdigest()

    def _yaml(self, folder: str) -> list[Path]:
        """The YAML files of a folder.

        Raises:
            ContentError: the folder cannot be listed.
        """
        return sorted(p for p in _listed(self.root / folder) if p.suffix in (".yaml", ".yml"))

    def _knowledge(self) -> tuple[tuple[Term, ...], tuple[Person, ...], list[Finding]]:
        findings: list[Finding] = []
        terms = self._read_entries("glossary", "G", read_term, findings)
        people = self._read_entries("speakers", "S", _person, findings)
        return terms, people, findings

    def _read_entries(
        self, folder: str, letter: str, make: Callable[[Reader], _Entry], findings: list[Finding]
    ) -> tuple[_Entry, ...]:
        """The usable entries of a folder, each with its file; faults are added to `findings`."""
        found: dict[str, _Entry] = {}
        try:
            paths = self._yaml(folder)
        except ContentError as error:
            findings.append(Finding.of(error))
            return ()
        for path in paths:
            entries, faults = self._entries_of(path, letter, make)
            findings += faults
            for entry, line in entries:
                if entry.id in found:
                    problem, remedy = f"duplicate id {entry.id!r}", "give one entry another id, or delete one"
                    findings.append(Finding(str(path), line, f"{letter}03", problem, remedy))
                else:
                    found[entry.id] = replace(entry, file=f"{folder}/{path.name}")
        return tuple(found.values())

    def _entries_of(
        self, path: Path, letter: str, make: Callable[[Reader], _Entry]
    ) -> tuple[Sequence[tuple[_Entry, int]], Sequence[Finding]]:
        """The usable entries of a file with their lines, and its faults; the same bytes are parsed once."""
        try:
            data = _bytes(path)
        except ContentError as error:
            return (), (Finding.of(error),)
        known = self._files.get(path)
        if known is None or known[0] != data:
            faults = list[Finding]()
            entries = list(_entries(path, data or b"", letter, make, faults))
            self._files[path] = known = data, entries, faults
        return known[1], known[2]

    # -- check

    def knowledge_at(self, revision: str) -> tuple[Term, ...]:
        """The glossary as it stood in a git revision of the folder; what cannot be used of it is left out.

        Raises:
            ContentError: the folder is in no git repository, or there is no such revision.
        """
        command = ["git", "-C", str(self.root), "archive", "--format=tar", "--", revision, "glossary"]
        remedy = "name a commit, branch or tag of the repository that holds this folder"
        if revision.startswith("-"):
            raise ContentError(str(self.root), 0, "F02", f"{revision!r} is no revision", remedy)
        try:
            done = subprocess.run(command, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            said = (
                error.stderr.decode(errors="replace")
                if isinstance(error, subprocess.CalledProcessError)
                else ""
            )
            problem = (said.strip().splitlines() or [str(error)])[-1]
            raise ContentError(str(self.root), 0, "F02", f"git: {problem}", remedy) from error
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
                archive.extractall(folder, filter="data")
            return Content(Path(folder)).usable_knowledge()[0].terms

    def write_terms(
        self, new: Sequence[Term], changed: Sequence[Term], *, name: str = "imported"
    ) -> list[Path]:
        """Write entries into the glossary; call it inside `lock`.

        Comments and order of a file stay. Of a changed entry the fields alone are written that changed.

        Args:
            new: added at the end of a file.
            changed: known entries as they are to be.
            name: of that file in glossary/, without .yaml.

        Returns:
            The files that were written.
        """
        folder = self.root / "glossary"
        folder.mkdir(parents=True, exist_ok=True)
        wanted, written = {t.id: t for t in changed}, list[Path]()
        for path in self._yaml("glossary"):
            text = _utf8(_bytes(path) or b"", path)
            loaded = _load_yaml(text, str(path), "G01", quotes=True)
            touched = False
            for entry in loaded if isinstance(loaded, CommentedSeq) else ():
                term = wanted.get(entry.get("id")) if isinstance(entry, CommentedMap) else None
                if term is not None:
                    touched = update(entry, term, Reader(entry, str(path), "G")) or touched
            if touched:
                _replace(path, _dumped(loaded, text))
                written.append(path)
        if new:
            path = folder / f"{name}.yaml"
            before = path.read_text("utf-8").rstrip() + "\n\n" if path.is_file() else ""
            _replace(path, before + _dumped([plain_term(t) for t in new], before))
            written.append(path)
        return written

    def check(
        self,
        *,
        today: str = "",
        last: Knowledge | None = None,
        saved: Callable[[ArticleId], int] = lambda _: 0,
    ) -> Iterator[Finding]:
        """Every fault of every file, in order of files.

        Args:
            today: ISO 8601; with it reviews that are too long ago are named.
            last: see `usable_knowledge`.
            saved: the last revision of an article that is known, see `article`.
        """
        knowledge, findings = self.usable_knowledge(last)
        terms = knowledge.terms
        yield from findings
        stale = f"{int(today[:4]) - _REVIEW_YEARS}{today[4:]}" if today else ""
        for doubt in entry_doubts(terms, stale=stale):
            yield Finding(*self.where(doubt.term), doubt.code, doubt.problem, doubt.remedy)
        # Where a killed writer left both, the complete one is looked at, as readers do.
        found = dict[str, Path]()
        for place in (self.root / "articles", self.root / ".pending"):
            try:
                found |= {f.name: f for f in _listed(place)}
            except ContentError as error:
                yield Finding.of(error)
        names = {name: name for name in found}
        for name in sorted(found):
            if found[name].is_dir() and not name.startswith("."):
                yield from self._check_article(found[name], names, saved)

    def where(self, id: str) -> tuple[str, int]:
        """File and line of an entry, for a finding about its sense."""
        mark = re.compile(rf"^\s*-?\s*id:\s*['\"]?{re.escape(id)}['\"]?\s*$", re.M)
        for folder in ("glossary", "speakers"):
            with suppress(ContentError):  # a finding of its own
                for path in self._yaml(folder):
                    text = (_bytes(path) or b"").decode(errors="replace")
                    if found := mark.search(text):
                        return str(path), text.count("\n", 0, found.start()) + 1
        return str(self.root), 0

    def _check_article(
        self, folder: Path, names: dict[str, str], saved: Callable[[ArticleId], int]
    ) -> Iterator[Finding]:
        """The faults of one article; `names` tells whose each id and alias is, and learns its own."""
        if not ARTICLE_ID.fullmatch(folder.name):
            remedy = "use a–z, 0–9 and hyphens, at most 64"
            yield Finding(str(folder), 0, "A01", f"{folder.name!r} is no article id", remedy)
            return
        if not _exists(folder / "article.md"):
            yield Finding(
                str(folder / "article.md"), 0, "A02", "the file is missing", "write it, or delete the folder"
            )
            return
        try:
            id = ArticleId(folder.name)
            manuscript = self.article(id, saved=saved(id))
        except ContentError as error:
            yield Finding.of(error)
            return
        for alias in manuscript.header.aliases:
            if (other := names.setdefault(alias, folder.name)) != folder.name or alias == folder.name:
                problem = f"alias {alias!r} is an id or alias of article {other}"
                yield Finding(str(folder / "article.md"), 0, "A08", problem, "keep it in one article only")
        if not manuscript.pieces:
            yield Finding(
                str(folder / "article.md"),
                0,
                "A09",
                "the article has no text",
                "add paragraphs below the front matter",
            )
        try:
            self.source(id)
        except ContentError as error:
            yield Finding.of(error)
        if not _exists(folder / "ledger.jsonl"):
            remedy = f"run: meipi save {folder.name}"
            yield Finding(str(folder / "ledger.jsonl"), 0, "A10", "the article has no ledger", remedy)


# -- article.md

_HEADER_KEYS = {
    "title": str,
    "supplied": bool,
    "date": str,
    "circa": bool,
    "publication": str,
    "author": str,
    "url": str,
    "note": str,
    "lang": str,
    "aliases": list,
    "corrections": list,
}


def parse_article(
    id: ArticleId, text: str, path: str
) -> tuple[Header, tuple[Piece, ...], tuple[Correction, ...]]:
    """Front matter and Markdown to a header, the article's blocks, and an editor's corrections.

    Headings are `## ` and deeper; `{.byline}`, `{.caption}` or `{.furniture}` before a paragraph gives its
    kind; every item of a list and every line of a `> ` block (verse) is a block of its own.

    Raises:
        ContentError: A03 front matter, A04 a value, A05 unknown key, A06 structure that has no place here.
    """
    lines = text.split("\n")
    data: dict[str, Any] = {}
    at: dict[str, int] = {}
    body = 0
    if lines[0].rstrip() == "---":
        end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
        if end is None:
            raise ContentError(
                path, 1, "A03", "the front matter does not end", "put --- on a line of its own below it"
            )
        body = end + 1
        loaded = _load_yaml("\n".join(lines[1:end]), path, "A03", first_line=2)
        if not isinstance(loaded, CommentedMap | None):
            raise ContentError(
                path, 2, "A03", "the front matter is no list of keys", "write one `key: value` a line"
            )
        data = dict(loaded or {})
        at = {k: key_line(loaded, k) + 2 for k in data} if loaded else {}
    for key, value in data.items():
        if key not in _HEADER_KEYS:
            known = ", ".join(_HEADER_KEYS)
            raise ContentError(path, at[key], "A05", f"unknown key {short(key)}", f"the keys are {known}")
        if odd := odd_value(value):
            raise ContentError(path, at[key], "A04", f"{key}: {odd[0]}", odd[1])
        kind = _HEADER_KEYS[key]
        if kind is str and isinstance(value, int | float | date_type) and not isinstance(value, bool):
            data[key] = value = str(value)
        if value is None:
            data[key] = value = kind()
        if not isinstance(value, kind):
            wanted = {str: "text in quotation marks", bool: "true or false", list: "a list: [a, b]"}[kind]
            raise ContentError(path, at[key], "A04", f"{key}: {short(value)} does not fit", f"write {wanted}")
    date = str(data.get("date", ""))
    if date and not is_date(date):
        raise ContentError(
            path, at["date"], "A04", f"date {date!r} is not ISO 8601", "write 2024, 2024-03 or 2024-03-05"
        )
    url = data.get("url", "")
    if url and not url.startswith(("http://", "https://")):
        raise ContentError(path, at["url"], "A04", f"url {url!r} is no web address", "write https://…")
    lang = data.get("lang") or "zh-Hans"
    if lang not in ("zh-Hans", "zh-Hant"):
        raise ContentError(
            path, at["lang"], "A04", f"lang {lang!r} is neither script", "write zh-Hans or zh-Hant"
        )
    for alias in data.get("aliases", []):
        if not isinstance(alias, str) or not ARTICLE_ID.fullmatch(alias):
            raise ContentError(
                path,
                at["aliases"],
                "A04",
                f"alias {short(alias)} is no article id",
                "use a–z, 0–9 and hyphens",
            )
    corrections = tuple(
        _correction(item, path, _line_of(data["corrections"], i, at["corrections"]))
        for i, item in enumerate(data.get("corrections", []))
    )
    pieces = _pieces(lines, body, path)
    title = data.get("title", "") or next((p.text for p in pieces if p.kind == "heading"), "") or id
    header = Header(
        id=id,
        title=title,
        supplied=bool(data.get("supplied", False)),
        date=date,
        circa=bool(data.get("circa", False)),
        publication=data.get("publication", ""),
        author=data.get("author", ""),
        url=url,
        note=data.get("note", ""),
        lang=lang,
        aliases=tuple(ArticleId(a) for a in data.get("aliases", [])),
    )
    return header, pieces, corrections


def _line_of(items: object, i: int, otherwise: int) -> int:
    """The line of an item of a front matter list; the front matter begins on the file's second line."""
    return items.lc.item(i)[0] + 2 if isinstance(items, CommentedSeq) else otherwise


def _correction(item: object, path: str, line: int) -> Correction:
    """One item of `corrections:`; see content/README.md."""
    remedy = (
        "write words: … with speaker: … or speech: false, or speaker: … with role: …, kind: … or person: …"
    )
    known = ("words", "speaker", "speech", "type", "role", "kind", "person")
    if not isinstance(item, Mapping):
        raise ContentError(path, line, "A11", f"correction {short(item)} has no keys", remedy)
    for key, value in item.items():
        if key not in known:
            raise ContentError(
                path,
                line,
                "A11",
                f"correction: unknown key {short(key)}",
                f"the keys are {', '.join(known)}",
            )
        if not isinstance(value, bool if key == "speech" else str | None):
            raise ContentError(path, line, "A11", f"correction: {key}: {short(value)} does not fit", remedy)
    words, speaker = item.get("words") or "", item.get("speaker")
    if not words and not speaker:
        raise ContentError(path, line, "A11", "a correction names neither words nor a speaker", remedy)
    if words and "speaker" not in item and item.get("speech", True):
        raise ContentError(path, line, "A11", "the correction does not say what the words are", remedy)
    for key, choices in (("type", get_args(QuotationType)), ("kind", get_args(SpeakerKind))):
        if item.get(key) and item[key] not in choices:
            problem = f"correction: {key}: {item[key]!r} is none of the choices"
            raise ContentError(path, line, "A11", problem, f"write one of {', '.join(choices)}")
    return Correction(
        words=words,
        speaker=speaker,
        speech=item.get("speech", True),
        type=item.get("type") or "direct",
        role=item.get("role") or "",
        kind=item.get("kind"),
        person=item.get("person") or "",
        line=line,
    )


_HAN = (
    r"\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—"
    r"\U00020000-\U0003ffff"
)
_JOIN = re.compile(rf"(?<=[{_HAN}])\n(?=[^\n])|(?<=[^\n])\n(?=[{_HAN}])")


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable(
        [
            "code",
            "fence",
            "reference",
            "html_block",
            "lheading",
            "entity",
            "autolink",
            "html_inline",
            "link",
            "image",
        ]
    )
    return parser.use(attrs_block_plugin)


def _pieces(lines: Sequence[str], body: int, path: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    inside: list[str] = []
    kind: str = ""
    for token in _markdown().parse("\n".join(lines[body:])):
        line = body + token.map[0] + 1 if token.map else 0
        if token.type in ("bullet_list_open", "ordered_list_open"):
            inside.append("list")
        elif token.type == "blockquote_open":
            inside.append("verse")
        elif token.type in ("bullet_list_close", "ordered_list_close", "blockquote_close"):
            inside.pop()
        elif token.type == "heading_open":
            kind = "heading"
        elif token.type == "paragraph_open":
            kind = str(token.attrs.get("class", "")) or (inside[-1] if inside else "paragraph")
            if kind not in KINDS:
                kinds = ", ".join(f"{{.{k}}}" for k in ("byline", "caption", "furniture"))
                raise ContentError(
                    path, line, "A06", f"{{.{kind}}} is no kind of block", f"the kinds are {kinds}"
                )
        elif token.type == "inline":
            words = _words(token)
            first = body + (token.map[0] if token.map else 0) + 1
            last = body + (token.map[1] if token.map else 0)
            if kind == "verse":
                for i, verse in enumerate(words.split("\n")):
                    if verse.strip():
                        pieces.append(Piece("verse", verse.strip(), (first + i, first + i)))
            elif text := " ".join(_JOIN.sub("", words).split("\n")).strip():
                pieces.append(Piece(cast(Kind, kind), text, (first, last)))
        elif token.type == "heading_close" and pieces and pieces[-1].kind == "heading":
            level = int(token.tag[1:])
            pieces[-1] = Piece("heading", pieces[-1].text, pieces[-1].lines, level)
    return tuple(pieces)


def _words(token: Token) -> str:
    """An inline token's words without markup, its line breaks kept."""
    words = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            words.append("\n")
        elif child.type in ("text", "code_inline", "text_special"):
            words.append(child.content)
    return "".join(words)


_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+\-.!|~&)=])")
_INLINE = re.compile(r"([\\`*_])")
_BLOCK_START = re.compile(r"^(?:[#>+*\-{=~]|\d{1,9}[.)])")


def format_article(header: Header, pieces: Sequence[Piece], corrections: Sequence[Correction] = ()) -> str:
    """The article.md of a header, its blocks and corrections; `parse_article` gives them back."""
    front: dict[str, Any] = {
        "title": header.title,
        "supplied": header.supplied,
        "date": header.date,
        "circa": header.circa,
        "publication": header.publication,
        "author": header.author,
        "url": header.url,
        "note": header.note,
        "lang": header.lang,
        "aliases": list(header.aliases),
        "corrections": [_written(c) for c in corrections],
    }
    # The title is always written, so that an editor sees where it goes; what is empty is left out.
    front = {k: v for k, v in front.items() if k == "title" or (v and (k, v) != ("lang", "zh-Hans"))}
    out = io.StringIO()
    yaml = YAML()
    yaml.allow_unicode = True
    yaml.width = 10_000
    yaml.dump(front, out)
    parts = [f"---\n{out.getvalue()}---\n"]
    before: str = ""
    for piece in pieces:
        written = _escape(piece.text)
        match piece.kind:
            case "heading":
                block = f"{'#' * max(2, min(6, piece.level or 2))} {written}"
            case "list":
                block = f"- {written}"
            case "verse":
                block = f"> {written}"
            case "paragraph":
                block = written
            case _:
                block = f"{{.{piece.kind}}}\n{written}"
        together = piece.kind == before and piece.kind in ("list", "verse")
        parts.append(("" if together else "\n") + block + "\n")
        before = piece.kind
    return "".join(parts)


def _written(c: Correction) -> dict[str, Any]:
    out: dict[str, Any] = {"words": c.words} if c.words else {}
    if c.speech and (c.words or c.speaker):
        out["speaker"] = c.speaker
    if not c.speech:
        out["speech"] = False
    if c.words and c.type != "direct":
        out["type"] = c.type
    return out | {k: v for k, v in (("role", c.role), ("kind", c.kind), ("person", c.person)) if v}


def _escape(text: str) -> str:
    """Markdown that reads back as exactly this text."""
    one_line = " ".join(text.split("\n"))
    light = _INLINE.sub(r"\\\1", one_line)
    if found := _BLOCK_START.match(light):
        mark = found.group(0)
        light = mark[:-1] + "\\" + mark[-1] + light[len(mark) :]
    for written in (light, _SPECIAL.sub(r"\\\1", one_line)):
        for frame in ("{}", "- {}", "## {}"):
            found_pieces = _pieces(frame.format(written).split("\n"), 0, "")
            if [p.text for p in found_pieces] != [one_line.strip()]:
                break
        else:
            return written
    return light


# -- glossary and people

_PERSON_KEYS: dict[str, type] = {
    "id": str,
    "name": str,
    "kind": str,
    "pinyin": str,
    "name_hant": str,
    "aliases": list,
    "offices": list,
    "office_en": str,
    "facts": list,
    "sources": list,
    "homonyms": list,
    "private": bool,
    "verified": bool,
    "note": str,
}
_Entry = TypeVar("_Entry", Term, Person)


def _person(reader: Reader) -> Person:
    reader.allow(_PERSON_KEYS)
    return Person(
        id=SpeakerId(reader.id()),
        name=reader.text("name", needed=True),
        kind=reader.choice("kind", get_args(SpeakerKind), "person"),
        pinyin=reader.text("pinyin"),
        name_hant=reader.text("name_hant"),
        aliases=reader.texts("aliases"),
        offices=tuple(
            Office(
                o.get("title", ""),
                o.get("organisation", ""),
                o.get("from", ""),
                o.get("to", ""),
                o.get("title_en", ""),
            )
            for o in reader.maps("offices", ("title", "organisation", "from", "to", "title_en"))
        ),
        office_en=reader.text("office_en"),
        facts=reader.texts("facts"),
        sources=reader.sources(),
        homonyms=reader.texts("homonyms"),
        private=bool(reader.entry.get("private")),
        verified=bool(reader.entry.get("verified")),
        note=reader.text("note"),
    )


def _entries(
    path: Path, data: bytes, letter: str, make: Callable[[Reader], _Entry], findings: list[Finding]
) -> Iterator[tuple[_Entry, int]]:
    """The entries of one file that can be used, with their lines; the rest become findings."""
    try:
        loaded = _load_yaml(_utf8(data, path), str(path), f"{letter}01")
    except ContentError as error:
        findings.append(Finding.of(error))
        return
    if loaded is None:
        return
    if not isinstance(loaded, CommentedSeq):
        findings.append(
            Finding(str(path), 1, f"{letter}01", "the file is no list", "begin every entry with `- id: …`")
        )
        return
    for i, entry in enumerate(loaded):
        line = loaded.lc.item(i)[0] + 1
        if not isinstance(entry, CommentedMap):
            problem, remedy = f"{short(entry)} is no entry", "begin every entry with `- id: …`"
            findings.append(Finding(str(path), line, f"{letter}02", problem, remedy))
            continue
        try:
            yield make(Reader(entry, str(path), letter)), line
        except ContentError as error:
            findings.append(Finding.of(error))


def _dumped(entries: Any, like: str) -> str:
    """YAML with the lists indented as in the text it goes to."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    if re.search(r"^  \w+:\n    - ", like, re.M):
        yaml.indent(mapping=2, sequence=4, offset=2)
        plain = isinstance(entries, CommentedSeq)
        out = io.StringIO()
        yaml.dump(entries, out)
        # The list of entries itself stands at the margin.
        return re.sub(r"^  ", "", out.getvalue(), flags=re.M) if plain or entries else ""
    out = io.StringIO()
    yaml.dump(entries, out)
    return out.getvalue()


# -- files

_YAML_BYTES = 8_000_000


def _load_yaml(text: str, path: str, code: str, *, first_line: int = 1, quotes: bool = False) -> Any:
    """What a text holds; with `quotes` its strings remember theirs, to be written again."""
    if len(text) > _YAML_BYTES:
        raise ContentError(path, 0, code, "the file is too large", "split it into files of less than 8 MB")
    yaml = YAML()
    yaml.preserve_quotes = quotes
    yaml.Constructor = _Constructor
    yaml.composer.warn_double_anchors = False
    try:
        return yaml.load(text)
    except Exception as error:
        # The parser raises far more than YAMLError: KeyError, IndexError, OverflowError, AttributeError …
        line, problem, remedy = _yaml_fault(error, text, yaml.constructor.line)
        raise ContentError(path, line + first_line, code, problem, remedy) from None


class _Constructor(RoundTripConstructor):
    """Knows the line that it works on: most of what it raises does not tell."""

    line: int | None = None

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        self.line = node.start_mark.line
        return super().construct_object(node, deep)


def _yaml_fault(error: Exception, text: str, line: int | None) -> tuple[int, str, str]:
    """Line (0-based), problem and remedy of an error of the YAML parser.

    Args:
        error: whatever it raised.
        text: what it read.
        line: of the value it was making; None if it came no further than the tokens.
    """
    remedy = "compare with the example in content/README.md"
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error.context or "unreadable YAML").replace("\n", " ")
        if "mapping values are not allowed" in problem:
            remedy = "put quotation marks round a value that contains a colon and a space"
        elif "duplicate key" in problem:
            problem, remedy = problem.split(" with value")[0], "delete one of the two"
        return mark.line if mark else 0, problem, remedy
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position)
        return line, f"a character that YAML does not allow: U+{ord(text[error.position]):04X}", "delete it"
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    problem = f"unreadable YAML: {said[:200]}"
    return _line_of_last_token(text) if line is None else line, problem, remedy


def _line_of_last_token(text: str) -> int:
    """The line (0-based) at which the YAML parser finds no further token."""
    line = 0
    with suppress(Exception):
        for token in YAML().scan(text):
            line = token.end_mark.line
    return line


def _utf8(data: bytes, path: Path, first: int = 1) -> str:
    """The text of a file, or of a file from its line `first` on."""
    try:
        # Only a file may begin with a mark of its encoding.
        text = data.decode("utf-8-sig" if first == 1 else "utf-8")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = first + data.count(b"\n", 0, error.start)
        raise ContentError(str(path), line, "C01", "the file is not UTF-8", "save it as UTF-8") from None


def _restore(path: Path) -> str:
    """How to get a damaged ledger back."""
    return f"restore it: git checkout -- {path}, or meipi save {path.parent.name} --from-index"


def _cut_short(path: Path, last: int, saved: int) -> ContentError:
    """The fault of a ledger that ends before a revision that is known."""
    ends = f"the ledger ends at revision {last}" if last else "the ledger is missing"
    trust = f"if it is as you want it: meipi save {path.parent.name} --trust-ledger"
    problem = f"{ends}, the index knows revision {saved}"
    return ContentError(str(path), 0, "L09", problem, f"{_restore(path)}; {trust}")


def _damaged(error: ContentError, data: bytes) -> ContentError:
    """A ledger's fault with its remedy; a last line without its end was cut short."""
    code, problem, remedy = error.code, error.problem, _restore(Path(error.path))
    if not data.strip():
        code, problem = "L09", "the ledger is empty"
    elif data[-1:] != b"\n" and error.line == data.count(b"\n") + 1:
        code, problem = "L09", "the last line of the ledger is cut short"
    elif code in ("L01", "L02"):
        remedy = error.remedy
    return ContentError(error.path, error.line, code, problem, remedy)


def _digest(data: bytes | None, ledger_data: bytes | None) -> str:
    # A ledger without a byte is a fault, a missing one is not.
    after = b"\0" if ledger_data == b"" else ledger_data or b""
    return hashlib.sha256((data or b"") + b"\0" + after).hexdigest()


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def _edited(committed: Path, target: Path) -> bool:
    """Whether an editor has changed article.md since a writer read it: those words stay, to be saved."""
    try:
        now = (target / "article.md").read_bytes()
        return (
            _hash(now) != (committed / _REPLACED).read_bytes()
            and now != (committed / "article.md").read_bytes()
        )
    except FileNotFoundError:
        return False


def _mark(path: Path) -> tuple[int, int, int] | None:
    """What changes whenever a file is replaced or written; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _exists(path: Path) -> bool:
    """Whether anything has this name: a file that can be read or not, a folder, a broken link."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _bytes(path: Path) -> bytes | None:
    """A file's bytes; None if nothing has this name.

    Raises:
        ContentError: C02, something has this name and cannot be read as a file.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            raise ContentError(str(path), 0, "C02", "it is not a file", "put the file there")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            remedy = "mend the link, or put the file there"
            raise ContentError(str(path), 0, "C02", "a link to a file that does not exist", remedy) from None
        return None
    except OSError as error:
        raise _unreadable(path, error) from None


def _listed(folder: Path) -> list[Path]:
    """What is in a folder; nothing if there is none.

    Raises:
        ContentError: C02, it cannot be listed.
    """
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        if folder.is_symlink() or folder.exists():
            remedy = "put the folder there"
            raise ContentError(str(folder), 0, "C02", "it is not a folder", remedy) from None
        return []
    except OSError as error:
        raise _unreadable(folder, error) from None


def _unreadable(path: Path, error: OSError) -> ContentError:
    problem = f"it cannot be read: {error.strerror or error}"
    remedy = "give the user of this process the right to read it"
    return ContentError(str(path), 0, "C02", problem, remedy)


def _replace(path: Path, text: str) -> None:
    """A whole new text for a file in one step."""
    part = path.with_name(f".{path.name}.part")
    _write(part, text.encode())
    part.replace(path)


def _write(path: Path, data: bytes) -> None:
    try:
        with path.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:  # a full disk does not say which file it was
        raise OSError(error.errno, error.strerror, str(path)) from None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
