"""A glossary entry to begin with, made from a phrase of the library."""

from __future__ import annotations

import json
import re
from typing import get_args

from app import urls
from app.dictionary.language import Language
from app.errors import MissingExtra
from app.i18n import say
from app.model import ArticleId, Block, BlockId, Document, Domain, Header, Knowledge, TermKind
from app.text.readings.pinyin import bare
from app.text.segment import Segmenter
from app.text.terms.candidates import Phrase

_PLAIN = re.compile(r"[\u4e00-\u9fff]+|[^\W\d_]+ [^\W\d_ ]+(?: [^\W\d_ ]+)*")


class Drafts:
    """Writes entries as YAML.

    Args:
        knowledge: the glossary; no draft takes the id of one of its entries.
        language: gives pinyin.
        segmenter: gives words, for pinyin.
    """

    def __init__(self, knowledge: Knowledge, language: Language, segmenter: Segmenter) -> None:
        self._taken: set[str] = {term.id for term in knowledge.terms}
        self._language, self._segmenter = language, segmenter

    def draft(self, phrase: Phrase) -> str:
        """An entry as an item of a YAML list; `kind` and `zh` are left for the editor."""
        pinyin = self._pinyin(phrase.phrase)
        hint, note = say("一句完整的话说明是什么"), say("来源尚未查证")
        head = say("%(p)s：%(n)s 处，%(m)s 篇", p=phrase.phrase, n=phrase.count, m=phrase.articles)
        lines = [f"# {head}"]
        for article, block, words in phrase.contexts:
            lines.append(f"#   {urls.block(article, block)}  …{' '.join(words.split())}…")
        lines.append(f"- id: {self._id(pinyin or phrase.phrase)}")
        lines.append(f"  term: {_scalar(phrase.phrase)}")
        if pinyin:
            lines.append(f"  pinyin: {_scalar(pinyin)}")
        lines.append(f"  kind:      # {' '.join(get_args(TermKind))}")
        lines.append(f"  domain:    # {' '.join(get_args(Domain))}")
        lines.append(f"  zh:        # {hint}")
        if phrase.members:
            lines.append("  members:")
            lines += [f"  - {{zh: {_scalar(words)}}}" for words in phrase.members]
        lines += ["  verified: false", f"  note: {_scalar(note)}", ""]
        return "\n".join(lines)

    def named(self, phrase: str) -> tuple[str, str]:
        """An id that no entry has, and the pinyin of a phrase."""
        pinyin = self._pinyin(phrase)
        return self._id(pinyin or phrase), pinyin

    def _pinyin(self, phrase: str) -> str:
        """By word, with tone marks; "" if readings are not installed or a character has none."""
        header = Header(ArticleId("draft"), phrase)
        block = Block(BlockId("text"), 1, "paragraph", phrase)
        document = Document(header, 0, (block,), cuts=(self._segmenter.ends(phrase),))
        try:
            rubies = self._language.readings(document, Knowledge())[block.id]
        except MissingExtra:
            return ""
        return " ".join("".join(r.syllables) for r in rubies)

    def _id(self, words: str) -> str:
        """An id of the pinyin that no entry has."""
        stem = re.sub("[^a-z0-9]+", "-", bare(words).lower()).strip("-")[:56].strip("-") or "entry"
        id, n = stem, 1
        while id in self._taken:
            n += 1
            id = f"{stem}-{n}"
        self._taken.add(id)
        return id


def _scalar(text: str) -> str:
    """A text as a YAML value: plain if it is Han characters or pinyin, else in quotation marks as in JSON."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
