"""How words are read: by themselves, in context, and against pages read by hand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from app.content.store import Content
from app.dictionary.cedict import Dictionary
from app.dictionary.phrases import Phrases
from app.errors import MissingExtra
from app.model import ArticleId
from app.text.readings.pinyin import bare, divided, marked, readings, spell, syllables_of, words_of
from app.text.readings.polyphone_rules import RULES, Rule
from app.text.readings.polyphones import reading_in_context
from app.text.segment import Segmenter

ROOT = Path(__file__).parents[2]
# A line of text, then its syllables; where two are right, they are separated by a stroke.
PAGES = sorted((ROOT / "tests/golden/pinyin").glob("*.txt"))


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> Dictionary:
    return Dictionary(tmp_path_factory.getbasetemp().parent / "dictionary.sqlite3")


@pytest.fixture(scope="module")
def phrases(tmp_path_factory: pytest.TempPathFactory) -> Phrases:
    return Phrases(tmp_path_factory.getbasetemp().parent / "phrases.sqlite3")


@pytest.mark.parametrize(
    ("numbered", "syllable"),
    [
        ("lu:4", "lǜ"), ("lu:", "lü"), ("nu:e4", "nüè"), ("Lu:3", "Lǚ"), ("er2", "ér"), ("r5", "r"),
        ("ma5", "ma"), ("xiao3", "xiǎo"), ("liu2", "liú"), ("gui4", "guì"), ("zhou1", "zhōu"),
        ("Ao4", "Ào"), ("e4", "è"), ("ng2", "ńg"), ("m2", "ḿ"), ("A", "A"), ("tian", "tian"),
    ],
)  # fmt: skip
def test_a_number_becomes_a_mark_on_its_vowel(numbered: str, syllable: str):
    import unicodedata

    assert unicodedata.normalize("NFC", marked(numbered)) == syllable


def test_dots_and_commas_are_no_syllables():
    assert syllables_of("Ma3 li4 · Ju1 li3") == ("Mǎ", "lì", "Jū", "lǐ")


@pytest.mark.parametrize(
    ("syllables", "word"),
    [
        (("xī", "ān"), "xī'ān"),
        (("nǚ", "ér"), "nǚ'ér"),
        (("yī", "huì", "r"), "yīhuìr"),
        (("Shàng", "hǎi", "Jiāo", "tōng", "Dà", "xué"), "Shànghǎi Jiāotōng Dàxué"),
        (("yī", "yǐ", "guàn", "zhī"), "yīyǐguànzhī"),
        (("jìn", "yuè-", "yuǎn", "lái"), "jìnyuè-yuǎnlái"),
        (("qì", "xiàng", "tái", "de", "rén"), "qì xiàng tái de rén"),
    ],
)
def test_syllables_are_spelt_as_words(syllables: tuple[str, ...], word: str):
    assert spell(syllables) == word


@pytest.mark.parametrize(
    ("pinyin", "count", "syllables"),
    [
        ("xiān", 1, ("xiān",)),
        ("Xī'ān", 2, ("Xī", "ān")),
        ("fāng'àn", 2, ("fāng", "àn")),
        ("fāngàn", 2, ("fān", "gàn")),
        ("Dīng Kuílǐng", 3, ("Dīng", "Kuí", "lǐng")),
        ("chǎn-xué-yán rónghé", 5, ("chǎn", "xué", "yán", "róng", "hé")),
        ("zhànlüèxìng", 3, ("zhàn", "lüè", "xìng")),
        ("guójì", 3, None),
        ("quánguó", 2, ("quán", "guó")),
        ("jīngguò", 2, ("jīng", "guò")),
        ("dōngōu", 2, None),
        ("", 0, ()),
    ],
)
def test_written_pinyin_is_divided_by_the_count_of_characters(
    pinyin: str, count: int, syllables: tuple[str, ...] | None
):
    assert divided(pinyin, count) == syllables


def test_every_reading_of_the_glossary_divides(client_content: Content):
    knowledge = client_content.knowledge()
    for term in knowledge.terms:
        if re.search("[一-鿿]", term.term):
            assert words_of(term.term, term.pinyin), term.term


def test_digits_and_a_plus_may_be_read_out():
    assert [s for _, s in words_of("互联网+", "hùliánwǎng jiā")] == [("hù", "lián", "wǎng"), ("jiā",)]
    found = words_of("中国制造2025", "Zhōngguó zhìzào èr líng èr wǔ")
    assert "".join("中国制造2025"[s.start : s.end] for s, _ in found) == "中国制造2025"
    assert [s for _, s in words_of("5G网络", "5G wǎngluò")] == [("wǎng", "luò")]


@pytest.mark.parametrize(
    ("form", "rule"),
    [(form, rule) for form, rules in RULES.items() for rule in rules],
    ids=lambda value: value if isinstance(value, str) else value.example,
)
def test_a_rule_reads_its_own_example(form: str, rule: Rule):
    before, word, after = re.fullmatch("(.*)【(.+)】(.*)", rule.example).groups()  # type: ignore[union-attr]
    assert word == form
    assert len(rule.syllables) == len(form)
    text, start = before + word + after, len(before)
    assert reading_in_context(text, start, start + len(word), suffix=rule.suffix) == rule.syllables


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_read_by_hand_is_read_so(
    page: Path, dictionary: Dictionary, phrases: Phrases, segmenter: Segmenter
):
    lines = page.read_text(encoding="utf-8").splitlines()
    wrong, count = [], 0
    for text, expected in zip(lines[::2], lines[1::2], strict=True):
        read = readings(text, segmenter.cut(text), dictionary=dictionary, phrases=phrases)
        found = [s for r in read for s in r.syllables]
        for n, (got, right) in enumerate(zip(found, expected.split(), strict=True)):
            count += 1
            if got.lower().rstrip("-") not in right.split("/"):
                wrong.append(f"{text[:12]}… syllable {n + 1}: {got}, not {right}")
    assert len(wrong) <= count / 100, wrong


def test_the_people_of_the_article_are_read_as_their_records_say(
    dictionary: Dictionary, phrases: Phrases, segmenter: Segmenter, client_content: Content
):
    people = client_content.knowledge().people
    own = {p.name: p.pinyin for p in people if p.pinyin}
    found = set()
    for piece in client_content.article(ArticleId("shanghai-kechuang")).pieces:
        words = segmenter.cut(piece.text)
        read = readings(piece.text, words, own=own, dictionary=dictionary, phrases=phrases)
        sounds = {r.span.start + n: s for r in read for n, s in enumerate(r.syllables)}
        for person in people:
            for at in re.finditer(person.name, piece.text):
                found.add(person.name)
                said = "".join(sounds[i] for i in range(*at.span()))
                assert said == re.sub(r"[\s']", "", person.pinyin)
    assert {"丁奎岭", "徐枫", "骆大进", "杜德斌"} <= found


def test_names_without_a_record_are_read_alike(dictionary: Dictionary, client_content: Content):
    for person in client_content.knowledge().people:
        if person.kind == "person" and person.pinyin:
            assert dictionary.name_pinyin(person.name) == person.pinyin


class TestReadings:
    def test_own_readings_come_first(self, dictionary: Dictionary):
        (reading,) = readings("任行", ["任行"], own={"任行": "Rén Háng"}, dictionary=dictionary)
        assert reading.pinyin == "Rén Háng"

    def test_an_own_form_may_lie_over_several_words(self, dictionary: Dictionary):
        found = readings("建国家队", ["建国", "家队"], own={"国家队": "guójiāduì"}, dictionary=dictionary)
        assert [r.syllables for r in found] == [("jiàn", "guó"), ("jiā", "duì")]

    def test_an_own_reading_that_does_not_fit_is_passed_over(self, dictionary: Dictionary):
        (reading,) = readings("银行", ["银行"], own={"银行": "yín"}, dictionary=dictionary)
        assert reading.pinyin == "yínháng"

    def test_letters_and_digits_are_not_read(self, dictionary: Dictionary):
        words = ["2024", "年", "，", "AI", "网络"]
        found = readings("".join(words), words, own={"AI网络": "AI wǎngluò"}, dictionary=dictionary)
        assert [(r.span.start, r.span.end, r.pinyin) for r in found] == [(4, 5, "nián"), (8, 10, "wǎngluò")]

    def test_one_and_not_keep_the_tones_of_dictionaries(self, dictionary: Dictionary):
        words = ["一定", "不是", "一下子", "不见不散"]
        found = [s for r in readings("".join(words), words, dictionary=dictionary) for s in r.syllables]
        assert {s for s in found if bare(s) in ("yi", "bu")} == {"yī", "bù"}

    @pytest.mark.parametrize(
        ("word", "spoken", "written"),
        [("一样", ("yí", "yàng"), "yīyàng"), ("不要", ("bú", "yào"), "bùyào"), ("要", ("yào",), "yào")],
    )
    def test_spoken_tones_of_a_source_become_those_of_dictionaries(
        self, word: str, spoken: tuple[str, ...], written: str
    ):
        source = SimpleNamespace(readings=lambda words: {word: spoken} if word in words else {})
        assert [r.pinyin for r in readings(word, [word], dictionary=source)] == [written]

    def test_without_a_dictionary_phrase_data_read_everything(self, phrases: Phrases):
        found = readings("银行家龘", ["银行", "家龘"], phrases=phrases)
        assert [r.syllables for r in found] == [("yín", "háng"), ("jiā", "dá")]

    def test_what_the_dictionary_lacks_needs_the_phrases(self, dictionary: Dictionary, phrases: Phrases):
        assert not dictionary.readings(["一丝不差"])
        with pytest.raises(MissingExtra):
            readings("一丝不差", ["一丝不差"], dictionary=dictionary)
        (reading,) = readings("一丝不差", ["一丝不差"], dictionary=dictionary, phrases=phrases)
        assert reading.syllables == ("yī", "sī-", "bù", "chā")

    def test_a_character_that_nobody_can_read_stands_for_itself(
        self, dictionary: Dictionary, phrases: Phrases
    ):
        (reading,) = readings("\U000323af", ["\U000323af"], dictionary=dictionary, phrases=phrases)
        assert reading.syllables == ("\U000323af",)

    @given(word=st.sampled_from(sorted(PHRASES_DICT)) | st.sampled_from([*map(chr, PINYIN_DICT)]))
    def test_phrases_are_read_as_pypinyin_reads_them(self, phrases: Phrases, word: str):
        expected = tuple(s[0] for s in PHRASES_DICT.get(word) or pinyin(word))
        assert phrases.readings([word]) == {word: expected}

    def test_neither_pypinyin_nor_a_segmenter_is_loaded_behind_our_back(self, tmp_path_factory):
        folder = tmp_path_factory.getbasetemp().parent
        program = f"""
from pathlib import Path
from app.dictionary.cedict import Dictionary
from app.dictionary.phrases import Phrases
from app.text.readings.pinyin import readings
folder = Path({str(folder)!r})
dictionary, phrases = Dictionary(folder / "dictionary.sqlite3"), Phrases(folder / "phrases.sqlite3")
readings("科创链条龘", ["科创链条龘"], dictionary=dictionary, phrases=phrases)
import sys
print(sorted(sys.modules.keys() & {{"pypinyin", "jieba", "rjieba"}}))
"""
        Dictionary(folder / "dictionary.sqlite3")
        Phrases(folder / "phrases.sqlite3")
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
        assert (done.stdout, done.stderr) == ("[]\n", "")

    @given(text=st.text("得了着地的为重行长都还国家队，A1 𠀀", max_size=20), data=st.data())
    def test_every_chinese_character_has_one_syllable(
        self, dictionary: Dictionary, phrases: Phrases, text: str, data: st.DataObject
    ):
        words, rest = [], text
        while rest:
            size = data.draw(st.integers(1, len(rest)))
            words.append(rest[:size])
            rest = rest[size:]
        own = {"国家队": "guójiāduì"}
        found = readings(text, words, own=own, dictionary=dictionary, phrases=phrases)
        covered = [i for r in found for i in range(r.span.start, r.span.end)]
        assert covered == [i for i, c in enumerate(text) if re.match("[一-鿿𠀀]", c)]
        assert all(len(r.syllables) == r.span.end - r.span.start and all(r.syllables) for r in found)
