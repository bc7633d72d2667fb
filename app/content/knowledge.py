"""Reads and writes the folders glossary/ and speakers/: all entries, the faults of the rest, their digest."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from app.content.entries import EntryReader, short
from app.content.files import list_folder, read_bytes, replace_text, utf8
from app.content.findings import Finding
from app.content.glossary_file import plain_term, read_term, update
from app.content.people_file import plain_person, read_person, update_person
from app.content.yaml_file import dump_yaml, load_yaml
from app.errors import ContentError
from app.i18n import worded
from app.model import Knowledge, Person, Term

_Entry = TypeVar("_Entry", Term, Person)


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
        """Write entries into a folder; call it inside `Content.lock`.

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
        """
        folder = self.root / where
        folder.mkdir(parents=True, exist_ok=True)
        wanted, written = {str(e.id): e for e in changed}, list[Path]()
        for path in self._paths(where):
            text = utf8(read_bytes(path) or b"", path)
            loaded = load_yaml(text, str(path), f"{letter}01", quotes=True)
            touched = False
            for entry in loaded if isinstance(loaded, CommentedSeq) else ():
                value = wanted.get(str(entry.get("id"))) if isinstance(entry, CommentedMap) else None
                if value is not None:
                    touched = put(entry, value, EntryReader(entry, str(path), letter)) or touched
            if touched:
                replace_text(path, dump_yaml(loaded, text))
                written.append(path)
        if new:
            path = folder / f"{name}.yaml"
            before = path.read_text("utf-8").rstrip() + "\n\n" if path.is_file() else ""
            replace_text(path, before + dump_yaml([plain(e) for e in new], before))
            written.append(path)
        return written

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
            entries = list(_parse(path, data or b"", letter, make, faults))
            self._parsed[path] = known = data, entries, faults
        return known[1], known[2]


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
