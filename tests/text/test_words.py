"""Words and their readings as the national orthography writes them: sentences, names, an article."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.store import Content
from app.dictionary.language import Language
from app.model import ArticleId, Block, BlockId, Document, Header, Knowledge
from app.text.annotator import Annotator
from app.text.inline import Ruby
from app.text.readings.pinyin import bare, spell
from app.text.readings.words import orthographic

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden"
# A sentence with one character in 【】, and how that is read; a stroke between two right readings.
POLYPHONES = (GOLDEN / "polyphones.txt").read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def language(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Language]:
    language = Language(tmp_path_factory.getbasetemp().parent)
    yield language
    language.close()


@pytest.fixture(scope="module")
def annotator(client_content: Content) -> Annotator:
    return Annotator(client_content.knowledge())


def _document(annotator: Annotator, *texts: str) -> Document:
    header = Header(id=ArticleId("words"), title="")
    blocks = [Block(BlockId(f"b{n:03}"), n, "paragraph", text) for n, text in enumerate(texts)]
    return annotator.annotate(header, 1, blocks)


@pytest.fixture(scope="module")
def read(language: Language, annotator: Annotator):
    """The readings of a text, as an article shows them, without a glossary."""
    plain = Annotator(Knowledge((), ()))

    def read(text: str) -> tuple[Ruby, ...]:
        return tuple(language.readings(_document(plain, text), Knowledge((), ()))[BlockId("b000")])

    return read


def written(rubies: Iterable[Ruby]) -> str:
    return " ".join(spell(r.syllables) for r in rubies)


@pytest.mark.parametrize("line", POLYPHONES)
def test_a_character_is_read_as_its_sentence_wants(line: str, read):
    sentence, right = line.rsplit(" ", 1)
    at = sentence.index("【")
    rubies = read(sentence.replace("【", "").replace("】", ""))
    found = next(r.syllables[at - r.span.start] for r in rubies if r.span.start <= at < r.span.end)
    assert found.rstrip("-").lower() in right.split("/")


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        # no function word is glued to its neighbour
        ("这为今后的研究打下了基础", "zhè wèi jīnhòu de yánjiū dǎxiàle jīchǔ"),
        ("这令乡亲们十分感动", "zhè lìng xiāngqīnmen shífēn gǎndòng"),
        ("在这方面要当好龙头", "zài zhè fāngmiàn yào dānghǎo lóngtóu"),
        ("新型研发机构党组织建设", "xīnxíng yánfā jīgòu dǎngzǔzhī jiànshè"),
        ("支持和高水平大学", "zhīchí hé gāoshuǐpíng dàxué"),
        ("有使命感的人", "yǒu shǐmìnggǎn de rén"),
        ("以强化策源功能为主线", "yǐ qiánghuà cèyuán gōngnéng wéi zhǔxiàn"),
        # numbers and their measure words
        ("加快建设五个中心", "jiākuài jiànshè wǔ gè zhōngxīn"),
        ("这是第三次修桥", "zhè shì dì-sān cì xiūqiáo"),
        ("新一届村委会选出了五名委员", "xīn yī jiè cūnwěihuì xuǎnchūle wǔ míng wěiyuán"),
        # 才能, a word and two words
        ("只有依靠群众，才能解决问题", "zhǐyǒu yīkào qúnzhòng cái néng jiějué wèntí"),
        ("为他创造施展才能机会", "wèi tā chuàngzào shīzhǎn cáinéng jīhuì"),
        ("他的才能得到大家认可", "tā de cáinéng dédào dàjiā rènkě"),
        ("才能最大地释放潜能", "cái néng zuì dà de shìfàng qiánnéng"),
        # long words in their parts, idioms in halves or whole
        ("发挥聪明才智", "fāhuī cōngmíng cáizhì"),
        ("集成电路和人工智能", "jíchéng diànlù hé réngōng zhìnéng"),
        ("高等教育与改革开放", "gāoděng jiàoyù yǔ gǎigé kāifàng"),
        ("画蛇添足不是好事", "huàshé-tiānzú bù shì hǎoshì"),
        ("总而言之", "zǒng'éryánzhī"),
        ("听众们聚精会神", "tīngzhòngmen jùjīng-huìshén"),
        # suffixes, and 着, 了, 过
        ("精准性和建制化", "jīngzhǔnxìng hé jiànzhìhuà"),
        ("博士生和研究生", "bóshìshēng hé yánjiūshēng"),
        ("他肩负着责任", "tā jiānfùzhe zérèn"),
        ("他在这里住过三年，吃了不少苦", "tā zài zhèlǐ zhùguo sān nián chīle bùshǎo kǔ"),
        ("火车到了。", "huǒchē dào le"),
        # 儿 as a sound of the syllable before it, and as a syllable
        ("下起了雨点儿", "xiàqǐ le yǔdiǎnr"),
        ("我们去公园玩儿", "wǒmen qù gōngyuán wánr"),
        ("小孩儿在唱歌儿", "xiǎoháir zài chànggēr"),
        ("那边花儿开了", "nàbian huār kāi le"),
        ("幼儿和新生儿", "yòu'ér hé xīnshēng'ér"),
        # capitals for names alone, and names with the readings of surnames
        ("他的学习习惯很好", "tā de xuéxí xíguàn hěn hǎo"),
        ("习总书记指出", "Xí zǒngshūji zhǐchū"),
        ("单老师和任校长都来了", "Shàn lǎoshī hé Rén xiàozhǎng dōu lái le"),
        ("解教授说查经理病了", "Xiè jiàoshòu shuō Zhā jīnglǐ bìng le"),
        ("区政府的区长姓区", "qūzhèngfǔ de qūzhǎng xìng Ōu"),
        ("长孙皇后的故事", "Zhǎngsūn huánghòu de gùshi"),
        ("歌手单依纯、演员仇晓", "gēshǒu Shàn Yīchún yǎnyuán Qiú Xiǎo"),
        ("作家查良镛、单雄信、解缙、任正非", "zuòjiā Zhā Liángyōng Shàn Xióngxìn Xiè Jìn Rén Zhèngfēi"),
        ("他们和高年级同学一起去", "tāmen hé gāoniánjí tóngxué yīqǐ qù"),
        ("上海市浦东新区和延边", "Shànghǎi Shì Pǔdōng Xīnqū hé Yánbiān"),
        ("这座大桥三月通车", "zhè zuò dàqiáo sānyuè tōngchē"),
        ("黄河流域的黄土高原", "Huáng Hé liúyù de Huángtǔ Gāoyuán"),
        # words that a dictionary has in one reading, here in another
        ("他长得高；过得怎样", "tā zhǎng de gāo guò de zěnyàng"),
        ("树干干了；找着了", "shùgàn gān le zhǎozháo le"),
        ("新冠肺炎的确诊病例", "xīnguān fèiyán de quèzhěn bìnglì"),
        ("他的确来过", "tā díquè lái guo"),
    ],
)  # fmt: skip
def test_words_are_written_apart_and_together_as_the_orthography_says(text: str, pinyin: str, read):
    assert written(read(text)) == pinyin


def _article(
    language: Language, annotator: Annotator, knowledge: Knowledge, content: Content
) -> Iterator[tuple[str, Ruby]]:
    """The words of the client's article, with their readings."""
    texts = [p.text for p in content.article(ArticleId("shanghai-kechuang")).pieces]
    document = _document(annotator, *texts)
    rubies = language.readings(document, knowledge)
    for block in document.blocks:
        for ruby in rubies[block.id]:
            yield block.text[ruby.span.start : ruby.span.end], ruby


def test_the_clients_article_is_read_as_the_golden_page(language: Language, client_content: Content):
    """Every word with its pinyin, without the glossary's help; proof-read by hand before it is accepted."""
    page = GOLDEN / "article.pinyin.txt"
    knowledge = Knowledge((), client_content.knowledge().people)
    words = _article(language, Annotator(knowledge), knowledge, client_content)
    found = "".join(f"{word} {spell(ruby.syllables)}\n" for word, ruby in words)
    if os.environ.get("MEIPI_GOLDEN") == "rewrite":
        page.write_text(found, "utf-8")
    assert found == page.read_text("utf-8")


def test_the_glossary_changes_no_tone_of_it(
    language: Language, annotator: Annotator, client_content: Content
):
    """But for neutral tones: zǒngshūjì as the entry has it, zǒngshūji as the dictionary has it."""

    def sounds(knowledge: Knowledge) -> list[str]:
        words = _article(language, Annotator(knowledge), knowledge, client_content)
        return [s.rstrip("-").lower() for _, ruby in words for s in ruby.syllables]

    whole = client_content.knowledge()
    pairs = zip(sounds(whole), sounds(Knowledge((), whole.people)), strict=True)
    assert {(a, b) for a, b in pairs if a != b and bare(a) != a and bare(b) != b} == set()


def test_a_page_reads_a_word_in_one_way(language: Language, annotator: Annotator, client_content: Content):
    """But for the characters that a context decides."""
    readings: dict[str, set[str]] = {}
    for word, ruby in _article(language, annotator, client_content.knowledge(), client_content):
        if len(word) > 1:
            readings.setdefault(word, set()).add(spell(ruby.syllables).lower())
    assert {word: found for word, found in readings.items() if len(found) > 1} == {}


def test_the_glossarys_pinyin_parts_its_terms(
    language: Language, annotator: Annotator, client_content: Content
):
    document = _document(annotator, "要加快建设“五个中心”。", "面对百年未有之大变局。")
    rubies = language.readings(document, client_content.knowledge())
    assert "wǔ gè zhōngxīn" in written(rubies[BlockId("b000")])
    assert written(rubies[BlockId("b001")]) == "miànduì bǎi nián wèi yǒu zhī dà biànjú"


@given(
    text=st.text("这为五个中心总书记才能单老师雨点儿不是第三次任正非、。A1 𠀀", max_size=30), data=st.data()
)
def test_words_are_the_text_wherever_it_was_cut(text: str, data: st.DataObject, language: Language):
    cuts, rest = [], text
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        cuts.append(rest[:size])
        rest = rest[size:]
    words = orthographic(text, cuts, language.dictionary)
    assert "".join(words.words) == text
    assert all(words.words)
    assert all(text[at] == "儿" for at in words.rhotic)


def test_a_joint_holds_against_the_segmenter(language: Language):
    words = orthographic(
        "五个中心城区", ["五个", "中心城区"], language.dictionary, [(0, (1,)), (1, (1,)), (2, (2,))]
    )
    assert words.words == ("五", "个", "中心", "城区")


def test_only_a_verb_takes_an_aspect_particle(language: Language):
    assert orthographic("看着你", ["看", "着", "你"], language.dictionary).words == ("看着", "你")
    assert orthographic("桌着你", ["桌", "着", "你"], language.dictionary).words == ("桌", "着", "你")


def test_a_title_is_written_small(language: Language):
    assert language.dictionary.name_pinyin("解教授") == "Xiè jiàoshòu"
    assert language.dictionary.name_pinyin("长孙无忌") == "Zhǎngsūn Wújì"
