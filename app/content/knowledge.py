"""Reads and writes the folders glossary/ and speakers/: all entries, the faults of the rest, their digest."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from app.content.entries import EntryReader, short
from app.content.files import list_folder, put_back, read_bytes, utf8, write_bytes
from app.content.findings import Finding
from app.content.glossary_file import plain_term, read_term, update
from app.content.people_file import plain_person, read_person, update_person
from app.content.snapshot import program
from app.content.yaml_file import dump_yaml, load_yaml
from app.errors import ChangedMeanwhile, ContentError
from app.i18n import worded
from app.model import Knowledge, Person, Term

_Entry = TypeVar("_Entry", Term, Person)


_ITEM = re.compile(r"^- ", re.M)
# An anchor or an alias, by which items may refer to one another.
_ANCHOR = re.compile(r"(?:^|[\s\[{,])[&*]\w", re.M)
# Comments of the first column and empty lines at the end of an item belong to the next one.
_TAIL = re.compile(r"(?:^(?:#.*|[ \t]*)\n)*\Z", re.M)


class _Change(NamedTuple):
    """A file that is to be written: its bytes as they were read, its text before and after."""

    path: Path
    data: bytes | None
    before: str
    after: str


class KnowledgeFiles:
    """The files of glossary and people.

    Args:
        root: the folder content/.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        # Per file: its bytes, its entries with their lines, and its faults.
        self._parsed: dict[Path, tuple[bytes | None, Sequence[tuple[Any, int]], Sequence[Finding]]] = {}

    def knowledge(self) -> Knowledge:
        """Glossary and people.

        Raises:
            ContentError: the first fault; `app.content.check` lists them all.
        """
        terms, people, findings = self._read()
        for f in findings:
            raise ContentError(f.path, f.line, f.code, f.problem, f.remedy)
        return Knowledge(terms, people)

    def usable(self, last: Knowledge | None = None) -> tuple[Knowledge, tuple[Finding, ...]]:
        """The entries without faults, and the faults of the others.

        Args:
            last: the last good state. A faulty file keeps the entries that it had then and lacks now, and
                its findings say so.
        """
        terms, people, findings = self._read()
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
        """Paths that a finding about an entry's file can have: the file, or its folder."""
        path = self.root / entry.file
        return {str(path), str(path.parent)} if entry.file else set()

    def digest(self) -> str:
        """A digest of the names and bytes of all files; an unreadable file counts with its error."""
        digest = hashlib.sha256(b"3\0")  # the number of the format in which the index keeps entries
        for folder in ("glossary", "speakers"):
            try:
                paths = self._paths(folder)
            except ContentError as error:
                digest.update(f"{error}\0".encode("utf-8", "backslashreplace"))
                continue
            for path in paths:
                try:
                    data = read_bytes(path)
                except ContentError as error:
                    data = str(error).encode("utf-8", "backslashreplace")
                if data is not None:  # an editor may move a file away for a moment while saving it
                    digest.update(os.fsencode(path.name) + b"\0" + data + b"\0")
        return digest.hexdigest()

    def fingerprints(self) -> dict[str, str]:
        """A digest of every parsed file that has no faults, by its path in content/."""
        return {
            path.relative_to(self.root).as_posix(): _fingerprint(data)
            for path, (data, _, faults) in self._parsed.items()
            if data is not None and not faults
        }

    def remember(self, knowledge: Knowledge, fingerprints: Mapping[str, str]) -> None:
        """Take entries from an earlier reading: parsing the YAML of a thousand entries takes seconds.

        Args:
            knowledge: all entries of that reading.
            fingerprints: of the files then. Files that have changed since are parsed as usual.
        """
        if self._parsed or not fingerprints:
            return
        entries: dict[str, list[Term | Person]] = {}
        for entry in chain[Term | Person](knowledge.terms, knowledge.people):
            entries.setdefault(entry.file, []).append(entry)
        for name, fingerprint in fingerprints.items():
            path = self.root / name
            with suppress(ContentError):
                data = read_bytes(path)
                if data is None or _fingerprint(data) != fingerprint:
                    continue
                text, known = data.decode("utf-8", "replace"), entries.get(name, [])
                lines = [text.count("\n", 0, m.start()) + 1 for m in _ITEM.finditer(text)]
                if len(lines) == len(known):  # else the file is no plain list
                    self._parsed[path] = data, list(zip(known, lines, strict=True)), ()

    def where(self, id: str) -> tuple[str, int]:
        """File and line of an entry, for a finding about its meaning."""
        mark = re.compile(rf"^\s*-?\s*id:\s*['\"]?{re.escape(id)}['\"]?\s*$", re.M)
        for folder in ("glossary", "speakers"):
            with suppress(ContentError):  # reported by `usable`
                for path in self._paths(folder):
                    text = (read_bytes(path) or b"").decode(errors="replace")
                    if found := mark.search(text):
                        return str(path), text.count("\n", 0, found.start()) + 1
        return str(self.root), 0

    def write_terms(
        self, new: Sequence[Term], changed: Sequence[Term], *, name: str = "imported"
    ) -> list[Path]:
        """Write entries into the glossary; see `_write`."""
        return self._write("glossary", "G", new, changed, name, update, plain_term)

    def write_people(
        self, new: Sequence[Person], changed: Sequence[Person], *, name: str = "imported"
    ) -> list[Path]:
        """Write entries of people; see `_write`."""
        return self._write("speakers", "S", new, changed, name, update_person, plain_person)

    def _write(
        self,
        where: str,
        letter: str,
        new: Sequence[_Entry],
        changed: Sequence[_Entry],
        name: str,
        put: Callable[[CommentedMap, _Entry, EntryReader], bool],
        plain: Callable[[_Entry], dict[str, Any]],
    ) -> list[Path]:
        """Write entries into a folder, all or none; call it inside `Content.lock`.

        Keeps comments and order. Of a changed entry only the fields that differ are written.

        Args:
            where: the folder.
            letter: of its faults.
            new: entries to append to the file `name`.
            changed: known entries with their new values.
            name: of a file in the folder, without .yaml.
            put: writes what differs into an entry of a file.
            plain: a new entry as a map.

        Returns:
            The files that were written.

        Raises:
            ChangedMeanwhile: a file was written by someone else at the same moment.
        """
        folder = self.root / where
        folder.mkdir(parents=True, exist_ok=True)
        files = {path: read_bytes(path) for path in self._paths(where)}
        own = folder / f"{name}.yaml"
        if new:
            files.setdefault(own, None)
        changes = list[_Change]()
        for path, data in files.items():
            after = before = utf8(data or b"", path)
            for value in changed:
                if value.id in after:
                    after = _changed(after, str(path), letter, value, put)
            if new and path == own:
                start = after.rstrip() + "\n\n" if after else ""
                after = start + dump_yaml([plain(e) for e in new], start)
            if after != before:
                changes.append(_Change(path, data, before, after))
        self._replace(changes, letter)
        return [change.path for change in changes]

    def remove(self, entry: Term | Person) -> Path:
        """Take an entry out of its file; a file without any other goes, too. Call it inside `Content.lock`.

        Raises:
            ContentError: other entries of the file are written in terms of this one (G03, S03).
            ChangedMeanwhile: the file was written by someone else at the same moment.
        """
        path, letter = self.root / entry.file, "G" if isinstance(entry, Term) else "S"
        data = read_bytes(path)
        before = utf8(data or b"", path)
        after = _without(before, entry.id)
        others = [id for id in _ids(before) if id != entry.id]
        if after == before or others != _ids(after):
            problem = worded("entry %(id)s cannot be taken out alone", id=entry.id)
            raise ContentError(str(path), 0, f"{letter}03", problem, "take it out of the file by hand")
        self._replace([_Change(path, data, before, after)], letter)
        return path

    def _replace(self, changes: Sequence[_Change], letter: str) -> None:
        """Write files, all or none.

        Raises:
            ChangedMeanwhile: someone else has written one of them since it was read.
            OSError: one cannot be written.
        """
        parts = [c.path.with_name(f".{c.path.name}.part") for c in changes]
        done = list[_Change]()
        try:
            for part, change in zip(parts, changes, strict=True):
                write_bytes(part, change.after.encode())
            for part, change in zip(parts, changes, strict=True):
                if read_bytes(change.path) != change.data:
                    raise ChangedMeanwhile(worded("%(path)s has changed meanwhile", path=change.path))
                part.replace(change.path)
                done.append(change)
        except BaseException:
            for change in done:
                if read_bytes(change.path) == change.after.encode():
                    put_back(change.path, change.data)
            raise
        finally:
            for part in parts:
                part.unlink(missing_ok=True)
        for change in changes:
            if change.after:
                self._keep_parsed(change, letter)
            else:
                change.path.unlink()

    def _keep_parsed(self, change: _Change, letter: str) -> None:
        """Keep the entries of a file's unchanged items, since parsing a long file takes seconds."""
        path, before, after = change.path, change.before, change.after
        known = self._parsed.get(path)
        if known is None or known[0] != before.encode() or known[2]:
            return
        old, new = _items(before), _items(after)
        same = dict(zip(old, known[1], strict=True)) if len(old) == len(known[1]) == len(set(old)) else {}
        make: Callable[[EntryReader], Any] = read_term if letter == "G" else read_person
        entries, faults, line = (
            list[tuple[Any, int]](),
            list[Finding](),
            after[: after.find(new[0])].count("\n"),
        )
        for item in new:
            if item in same:
                entries.append((same[item][0], line + 1))
            else:
                read = list(_parse(path, item.encode(), letter, make, faults))
                entries += [(entry, line + at) for entry, at in read]
            line += item.count("\n")
        if same and not faults:
            self._parsed[path] = after.encode(), entries, faults

    def _paths(self, folder: str) -> list[Path]:
        """The YAML files of a folder.

        Raises:
            ContentError: the folder cannot be listed.
        """
        return sorted(p for p in list_folder(self.root / folder) if p.suffix in (".yaml", ".yml"))

    def _read(self) -> tuple[tuple[Term, ...], tuple[Person, ...], list[Finding]]:
        findings: list[Finding] = []
        terms = self._read_folder("glossary", "G", read_term, findings)
        people = self._read_folder("speakers", "S", read_person, findings)
        return terms, people, findings

    def _read_folder(
        self, folder: str, letter: str, make: Callable[[EntryReader], _Entry], findings: list[Finding]
    ) -> tuple[_Entry, ...]:
        """The usable entries of a folder, each with its file; faults are added to `findings`."""
        found: dict[str, _Entry] = {}
        try:
            paths = self._paths(folder)
        except ContentError as error:
            findings.append(Finding.of(error))
            return ()
        for path in paths:
            entries, faults = self._read_file(path, letter, make)
            findings += faults
            for entry, line in entries:
                if entry.id in found:
                    problem, remedy = (
                        worded("duplicate id %(id)r", id=entry.id),
                        worded("give one entry another id, or delete one"),
                    )
                    findings.append(Finding(str(path), line, f"{letter}03", problem, remedy))
                else:
                    found[entry.id] = replace(entry, file=f"{folder}/{path.name}")
        return tuple(found.values())

    def _read_file(
        self, path: Path, letter: str, make: Callable[[EntryReader], _Entry]
    ) -> tuple[Sequence[tuple[_Entry, int]], Sequence[Finding]]:
        """The usable entries of a file with their lines, and its faults; parsed only when it changed."""
        try:
            data = read_bytes(path)
        except ContentError as error:
            return (), (Finding.of(error),)
        known = self._parsed.get(path)
        if known is None or known[0] != data:
            faults = list[Finding]()
            entries = known and _parse_again(path, data or b"", letter, make, (known[0] or b"", known[1]))
            if not entries or (known and known[2]):
                entries = list(_parse(path, data or b"", letter, make, faults))
            self._parsed[path] = known = data, entries, faults
        return known[1], known[2]


def _fingerprint(data: bytes) -> str:
    """A digest of a file and of the program that parses it."""
    return hashlib.sha256(program().encode() + data).hexdigest()


def _parse(
    path: Path, data: bytes, letter: str, make: Callable[[EntryReader], _Entry], findings: list[Finding]
) -> Iterator[tuple[_Entry, int]]:
    """The usable entries of one file with their lines; faults are added to `findings`."""
    try:
        loaded = load_yaml(utf8(data, path), str(path), f"{letter}01")
    except ContentError as error:
        findings.append(Finding.of(error))
        return
    if loaded is None:
        return
    remedy = worded("begin every entry with `- id: …`")
    if not isinstance(loaded, CommentedSeq):
        findings.append(Finding(str(path), 1, f"{letter}01", "expected a list of entries", remedy))
        return
    for i, entry in enumerate(loaded):
        line = loaded.lc.item(i)[0] + 1
        if not isinstance(entry, CommentedMap):
            problem = worded("%(entry)s is not an entry", entry=short(entry))
            findings.append(Finding(str(path), line, f"{letter}02", problem, remedy))
            continue
        try:
            yield make(EntryReader(entry, str(path), letter)), line
        except ContentError as error:
            findings.append(Finding.of(error))


def _parse_again(
    path: Path,
    data: bytes,
    letter: str,
    make: Callable[[EntryReader], _Entry],
    before: tuple[bytes, Sequence[tuple[_Entry, int]]],
) -> list[tuple[_Entry, int]] | None:
    """The entries of a file of which some items changed: only these are parsed, a large file takes a second.

    None if the file must be parsed as a whole: a fault, an anchor of another item, or anything unusual.
    """
    found = list[tuple[_Entry, int]]()
    try:
        old, text = utf8(before[0], path), utf8(data, path)
    except ContentError:
        return None
    items = list(_numbered_items(old))
    if _ANCHOR.search(old) or _ANCHOR.search(text) or _head(old) != _head(text):
        return None
    if [line for _, line in before[1]] != [line for _, line in items]:
        return None
    known = {item: entry for (item, _), (entry, _) in zip(items, before[1], strict=True)}
    for item, line in _numbered_items(text):
        entry = known.get(item)
        if entry is None:
            faults = list[Finding]()
            parsed = list(_parse(path, item.encode(), letter, make, faults))
            if faults or len(parsed) != 1:
                return None
            entry = parsed[0][0]
        found.append((entry, line))
    return found


def _head(text: str) -> str:
    """What is before the first item of a file."""
    first = _ITEM.search(text)
    return text[: first.start()] if first else text


def _numbered_items(text: str) -> Iterator[tuple[str, int]]:
    """The items of a file, each with its line."""
    line = 1 + _head(text).count("\n")
    for item in _items(text):
        yield item, line
        line += item.count("\n")


def _changed(
    text: str,
    path: str,
    letter: str,
    value: _Entry,
    put: Callable[[CommentedMap, _Entry, EntryReader], bool],
) -> str:
    """A file with an entry changed: only its item is written anew, unless it uses an anchor of another."""
    at = text.find(item) if (item := _item_of(text, value.id)) else 0
    for start, end in ((at, at + len(item)), (0, len(text))) if item else ((0, len(text)),):
        try:
            loaded = load_yaml(text[start:end], path, f"{letter}01", quotes=True)
        except ContentError:
            if not start and end == len(text):
                raise
            continue
        touched = False
        for entry in loaded if isinstance(loaded, CommentedSeq) else ():
            if isinstance(entry, CommentedMap) and entry.get("id") == value.id:
                touched = put(entry, value, EntryReader(entry, path, letter)) or touched
        return text[:start] + dump_yaml(loaded, text) + text[end:] if touched else text
    return text


def _items(text: str) -> list[str]:
    """The items of the list that a file is, each with what follows it up to the next one."""
    starts = [m.start() for m in _ITEM.finditer(text)]
    ends = [*starts[1:], len(text)] if starts else []
    return [text[a:b] for a, b in zip(starts, ends, strict=True)]


def _ids(text: str) -> list[object]:
    """The ids of the entries of a file; none if it cannot be read."""
    try:
        loaded = load_yaml(text, "", "")
    except ContentError:
        return []
    return [e.get("id") for e in loaded or () if isinstance(e, CommentedMap)]


def _without(text: str, id: str) -> str:
    """A file without the item of an entry; "" if nothing else is in it."""
    item = _item_of(text, id)
    if not item:
        return text
    head, _, tail = text.partition(item)
    if not tail.strip():
        return head.rstrip() + "\n" if head.strip() else ""
    return head + tail.lstrip("\n")


def _item_of(text: str, id: str) -> str:
    """The item with an id, without the comments and empty lines before the next one; "" if there is none."""
    mark = re.compile(rf"^(?:- |  )id:\s*['\"]?{re.escape(id)}['\"]?\s*(?:#.*)?$", re.M)
    for item in _items(text):
        if mark.search(item):
            return item[: len(item) - len(_TAIL.search(item)[0])]  # type: ignore[index]
    return ""
