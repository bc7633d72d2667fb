"""Writing to an index: documents, glossary and people. SQLite and PostgreSQL share it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, count
from types import MappingProxyType

from app.document import knowledge_to_json, series_to_json
from app.index.backend import Backend
from app.index.packed import Packed, has_prints, pack
from app.index.reuse import NewText, forget_words, keep_words
from app.index.rows import Rows, new_generation, read_meta, select_articles, select_in, write_meta
from app.index.totals import Totals
from app.model import ArticleId, Document, Knowledge, Series


class IndexWriter(Backend):
    """The writing methods of `app.index.Index`."""

    def put(self, document: Document, digest: str) -> None:
        """Add a document of content/, or replace it."""
        self.put_all([pack(document, digest)])

    def put_all(self, packed: Sequence[Packed]) -> None:
        """Add or replace documents in one transaction."""
        if not packed:
            return
        packed = list({p.id: p for p in packed}.values())
        with self._write() as db:
            known = {id: key for key, id in select_articles(db, "key, id", [p.id for p in packed])}
            rows: dict[int, list[int]] = {}
            old_texts = defaultdict[int, list[tuple[int, int, str]]](list)
            old_rows = "select article, key, n, kind, words from block where article in"
            for article, row, n, kind, words in select_in(db, old_rows, known.values(), "n"):
                rows.setdefault(article, []).append(row)
                if has_prints(kind):
                    old_texts[article].append((row, n, words))
            # Asked before rows are deleted: documents get their old keys again, and new keys must differ.
            new_keys, new_rows = count(_next(db, "article")), count(_next(db, "block"))
            changes = Totals()
            keys = {p.id: known[p.id] if p.id in known else next(new_keys) for p in packed}
            blocks = [
                (row, keys[p.id], p.day, b)
                for p in packed
                for b, row in zip(p.blocks, chain(rows.get(keys[p.id], ()), new_rows), strict=False)
            ]
            texts = {keys[p.id]: NewText(keys[p.id], p.id, []) for p in packed}
            for row, key, _, b in blocks:
                texts[key].blocks.append((row, b))
            # An entry that changed changes no text: what articles share with others stays.
            texts = {key: text for key, text in texts.items() if text.words() != old_texts[key]}
            forget_words(db, [key for key in known.values() if key in texts])
            self._forget(db, list(known.values()), changes)
            _insert(db, packed, keys)
            db.insert(
                "block",
                [
                    (row, key, b.n, b.number, day, b.id, b.kind, b.marks, b.key, b.text)
                    for row, key, day, b in blocks
                ],
            )
            self._keep_grams(db, [(row, b.grams, b.marks) for row, _, _, b in blocks])
            changes.articles += len(packed)
            for p in packed:
                changes.shelve(p.id, p.date, p.entry)
                changes.count([(p.id, o[0], o[5], o[4]) for o in p.occurrences])
                for s in p.speakers:
                    changes.quote(s[0], s[5:])
            changes.keep(db)
            keep_words(db, texts.values())

    def put_digests(self, changes: Sequence[tuple[ArticleId, str, str]]) -> None:
        """Give documents of content/ other digests: their files have changed, but not the documents.

        Args:
            changes: id, old and new digest. A document that has another digest by now is left alone.
        """
        if changes:
            with self._write() as db:
                sql = "update article set digest = ? where id = ? and source = '' and digest = ?"
                db.each(sql, [(new, id, old) for id, old, new in changes])

    def remove(self, id: ArticleId) -> None:
        """Remove an article; does nothing if it is unknown."""
        with self._write() as db:
            changes = Totals()
            keys = [key for (key,) in select_articles(db, "key", [id])]
            forget_words(db, keys)
            self._forget(db, keys, changes)
            changes.keep(db)

    def _forget(self, db: Rows, articles: Sequence[int], changes: Totals) -> None:
        if not articles:
            return
        changes.articles -= len(articles)
        for key, date, entry in select_in(db, "select key, date, entry from article where key in", articles):
            changes.shelve(key, date, entry, -1)
        counted = "select article, term, form, speaker from occurrence where article in"
        changes.count(select_in(db, counted, articles), -1)
        said = "select id, quotations, ascribed, certain, characters from speaker where article in"
        for id, *counts in select_in(db, said, articles):
            changes.quote(id, counts, -1)
        self._forget_grams(db, articles)
        ids = [(article,) for article in articles]
        for table in ("block", "occurrence", "speaker", "quotation", "spoken", "alias", "document", "ledger"):
            db.each(f"delete from {table} where article = ?", ids)
        db.each("delete from article where key = ?", ids)

    def put_knowledge(
        self, knowledge: Knowledge, digest: str, fingerprints: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Store glossary and people, so that the site reads no YAML.

        Args:
            fingerprints: of the files without faults, see `app.content.knowledge`.
        """
        value = json.dumps(knowledge_to_json(knowledge))
        with self._write() as db:
            write_meta(db, "knowledge digest", digest)
            write_meta(db, "knowledge files", json.dumps(dict(fingerprints)))
            if value != read_meta(db, "knowledge"):  # a comment changes no page
                write_meta(db, "knowledge", value)
                new_generation(db)

    def put_series(self, series: Sequence[Series], digest: str) -> None:
        """Store the counts of entries in texts outside of the library."""
        with self._write() as db:
            write_meta(db, "series", series_to_json(series))
            write_meta(db, "series digest", digest)
            new_generation(db)

    def finish(self, stamp: str) -> None:
        """Mark the index as complete: it contains all of content/.

        Args:
            stamp: the state of content/, see `app.content.snapshot`; the next start compares it. Not empty.
        """
        with self._read() as db:
            before = read_meta(db, "finished")
        if stamp != before:
            with self._write() as db:
                write_meta(db, "finished", stamp)
                if not before:
                    new_generation(db)


def _insert(db: Rows, packed: Sequence[Packed], keys: Mapping[str, int]) -> None:
    """Insert the rows of documents, except those of their blocks."""
    db.insert(
        "article",
        [(keys[p.id], p.id, p.source, p.digest, p.date, -p.day, p.title, p.entry, p.fresh) for p in packed],
    )
    db.insert("document", [(keys[p.id], p.body) for p in packed])
    db.insert("ledger", [(keys[p.id], p.ledger) for p in packed if p.ledger])
    db.insert("alias", [(alias, keys[p.id]) for p in packed for alias in dict.fromkeys(p.aliases)])
    db.insert("occurrence", [(o[0], -p.day, keys[p.id], *o[1:], p.id) for p in packed for o in p.occurrences])
    db.insert("speaker", [(s[0], -p.day, keys[p.id], *s[1:], p.id) for p in packed for s in p.speakers])
    db.insert("quotation", [(keys[p.id], *q[1:], q[0]) for p in packed for q in p.quotations])
    db.insert("spoken", [(*s, -p.day, keys[p.id], p.id) for p in packed for s in p.spoken])


def _next(db: Rows, table: str) -> int:
    return int(db.all(f"select coalesce(max(key), 0) + 1 from {table}")[0][0])
