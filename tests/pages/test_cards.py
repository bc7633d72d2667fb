import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import pairwise

import drawn
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from app.errors import MissingExtra
from app.pages import cards
from app.pages.cards import CardRefused, CardText, draw
from app.pages.cards.drawing import facts
from app.pages.cards.fonts import COMMON, fonts, is_lacking
from app.pages.cards.text import clean, runs, shorten, visible

CARD = CardText(
    words="雨下了三天，河水涨到桥面，村里的人都搬到了山上的小学校里。",
    speaker="张秀英",
    role="青石村小学教师",
    title="大水那一年",
    supplied=True,
    date="约1998年7月",
    revision=3,
    address="https://meipi.example/a/1998-07-dashui/k7f3/",
    site="眉批",
    quoted=True,
)
LONG = (
    "雨下了三天三夜，河水涨到桥面，老人说从来没有见过这样大的水。村里的人都搬到了山上的小学校里，"
    "带着锅、米、被子和家里的鸡。孩子们不懂得害怕，只觉得热闹，夜里挤在一间教室里听老师讲故事。"
    "到了第四天，天忽然晴了，太阳照在一片黄水上，亮得睁不开眼。大家站在操场上看着自己的屋顶，谁也没有说话。"
)
HANT = "我體會到，研究不是一個人的事——「做學問的人，要沉得住氣」，老師這句話我一直記著……"
LATIN = "我们用 Python 3.11 重写了服务，每秒从 1,200 次升到 18,500 次；“don’t repeat yourself”说起来容易。"


def picture(card, size="og"):
    return Image.open(BytesIO(draw(card, size)))


def codes(card, size):
    return [c.text for c in zxingcpp.read_barcodes(picture(card, size).convert("RGB"))]


# -- the picture


@pytest.mark.parametrize("size", ["og", "portrait"])
@pytest.mark.parametrize("words", ["渡口上了岸。", LONG])
def test_a_note_on_a_term_is_in_vermilion_above_the_frame(words, size):
    plain = replace(CARD, words=words, speaker="", role="", quoted=False)
    noted = replace(plain, gloss="操场：学校里活动用的空地。")
    margins = [
        picture(card, size).crop((48, 0, 800, 104 if size == "og" else 160)) for card in (plain, noted)
    ]
    assert vermilion(margins[1]) > vermilion(margins[0]) + 300
    assert codes(noted, size) == [CARD.address.upper()]


@pytest.mark.parametrize(("size", "pixels"), [("og", (1200, 630)), ("portrait", (1080, 1440))])
@pytest.mark.parametrize("words", [CARD.words, LONG, HANT, LATIN, "好。"])
def test_a_card_has_its_size_and_its_code_leads_to_the_paragraph(words, size, pixels):
    card = replace(CARD, words=words)
    assert picture(card, size).size == pixels
    assert codes(card, size) == [CARD.address.upper()]


def test_an_address_that_capitals_would_change_stays_as_it_is():
    address = "https://meipi.example/a/da_shui/k7f3/?from=m2xq"
    assert codes(replace(CARD, address=address), "og") == [address]


def test_the_code_is_large_and_alone():
    bits = picture(CARD, "portrait").convert("L")
    [found] = zxingcpp.read_barcodes(bits)
    corners = found.position
    side = corners.top_right.x - corners.top_left.x
    assert side >= 198
    module = round(side / 29)
    quiet = 4 * module - 2
    box = (
        corners.top_left.x - quiet,
        corners.top_left.y - quiet,
        corners.top_left.x - 2,
        corners.bottom_left.y,
    )
    assert min(bits.crop(box).get_flattened_data()) > 200


def test_the_same_values_give_the_same_bytes_in_every_thread():
    with ThreadPoolExecutor(4) as pool:
        drawn = set(pool.map(lambda n: draw(replace(CARD, words=LONG), "portrait"), range(8)))
    assert len(drawn) == 1


def test_another_revision_is_another_picture():
    assert draw(CARD, "og") != draw(replace(CARD, revision=4), "og")


def test_a_card_is_small():
    assert all(len(draw(replace(CARD, words=LONG), size)) < 250_000 for size in cards.SIZES)


def vermilion(image):
    return sum(
        n for n, (r, g, b) in image.convert("RGB").getcolors(1 << 16) if r > 140 and g < 120 and b < 100
    )


def test_what_we_add_is_vermilion_and_nothing_else_is():
    plain = replace(CARD, supplied=False, speaker="", role="", quoted=False, site="")
    assert vermilion(picture(plain)) == 0
    for ours in (
        {"supplied": True},
        {"site": "眉批"},
        {"words": LONG},  # …… of the cut
        {"words": "𠮷野家的面 🍜"},  # 〓
        {"speaker": "张秀英"},  # 转述
    ):
        assert vermilion(picture(replace(plain, **ours))) > 0, ours


def test_a_character_that_no_face_has_is_shown_as_missing_never_as_a_box():
    assert "".join(r["text"] for r in runs("𠮷野家🍜國")) == "〓野家〓國"
    assert cards.lacking(replace(CARD, words="吃🍜吧，𠮷野家，🍜")) == ("🍜", "𠮷")
    assert cards.lacking(replace(CARD, words="吃〓吧")) == ()
    assert cards.lacking(replace(CARD, words=LONG + "🍜")) == ()
    assert facts(replace(CARD, words="吃🍜吧")) == "约1998年7月 · 修订 3 · 以网页为准 · 〓 U+1F35C"
    assert "〓 U+20000 U+20001 U+20002…" in facts(replace(CARD, words="𠀀𠀁𠀂𠀃"))
    assert draw(replace(CARD, words="吃🍜吧"), "og") != draw(replace(CARD, words="吃〓吧"), "og")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        # variation selectors, ideographic and other, and fillers have no shape of their own
        ("葛\U000e0100城市，叶\U000e0101家。", "葛城市，叶家。"),
        ("邊\ufe00界，辻\U000e0102村", "邊界，辻村"),
        ("안\u3164녕\u115f\uffa0", "안녕"),
        ("渡\u200b口\u2060停\u00ad了\u034f", "渡口停了"),
        ("村\U000e0001\U000e007f口", "村口"),
        # Latin with every accent, Greek, Cyrillic
        ("总统埃尔多安（Erdoğan）", "总统埃尔多安（Erdoğan）"),
        ("作曲家Dvořák与城市Łódź", "作曲家Dvořák与城市Łódź"),
        ("Ştefan cel Mare，Kőszeg，Žižkov", "Ştefan cel Mare，Kőszeg，Žižkov"),
        ("Nguyễn Ái Quốc", "Nguyễn Ái Quốc"),
        ("Αθήνα，Київ，Reykjavík", "Αθήνα，Київ，Reykjavík"),
        ("Dvor\u030ca\u0301k", "Dvořák"),
    ],
)
def test_every_character_is_whole_or_has_no_shape(words, shown):
    assert "".join(r["text"] for r in runs(clean(words)) if r["kind"] == "own") == shown.replace("안녕", "")
    assert cards.lacking(replace(CARD, words=words)) == (("안", "녕") if "안" in shown else ())


def test_the_quick_look_skips_no_character_that_a_font_lacks():
    common = [c for c in map(chr, range(0x20, 0xFFFF, 17)) if COMMON.fullmatch(c)]
    assert len(common) > 1500 and not any(map(is_lacking, common))


# -- refusals


def test_words_quoted_as_somebodys_own_need_a_speaker():
    with pytest.raises(CardRefused, match="是谁说的还不能确定"):
        draw(replace(CARD, speaker=" "), "og")


def test_the_articles_own_words_need_none():
    assert picture(replace(CARD, speaker="", role="", quoted=False)).size == (1200, 630)


def test_nothing_makes_no_card():
    with pytest.raises(CardRefused, match="没有文字"):
        draw(replace(CARD, words=" \u200b\u3000"), "og")


def test_an_address_too_long_to_scan_is_refused():
    with pytest.raises(CardRefused, match="网址太长"):
        draw(replace(CARD, address="https://meipi.example/a/" + "x" * 900), "og")


@pytest.mark.parametrize("module", ["typst", "segno", "pylopdf_fonts_zh_cn"])
def test_without_the_extra_the_message_names_it(monkeypatch, module):
    fonts.cache_clear()
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match="needs the extra 'cards'"):
        draw(CARD, "og")
    fonts.cache_clear()


# -- hostile values


@pytest.mark.parametrize(
    "text",
    [
        "水" * 10_000,
        "x" * 10_000,
        "！" * 10_000,
        "“" * 10_000,
        "a\u0301" + "\u0301" * 10_000,
        "👩‍👩‍👧‍👦🍜" * 500,
        "坏\ud800的\udfff字",
        "שלום עליכם \u202e反\u202c مرحبا",
        "\x00\x07一\u2028二\r\n三\t四",
        "\ufdd0\U0010ffff",
    ],
    ids=range(10),
)
@pytest.mark.parametrize("size", ["og", "portrait"])
def test_no_text_breaks_a_card(text, size):
    card = replace(CARD, words=text, speaker=text, role=text, title=text, date=text, site=text)
    assert picture(card, size).size == cards.SIZES[size]


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=300), st.sampled_from(["og", "portrait"]))
def test_nor_does_any_other(text, size):
    card = replace(CARD, words="字" + text, speaker="甲" + text, role=text, title=text, site=text)
    assert picture(card, size).size == cards.SIZES[size]


# -- lines

# GB/T 15834—2011, 5.1: marks that may not begin a line, and marks that may not end one.
NO_START = frozenset("、。，．：；？！）］】〕〉》」』”’")
NO_END = frozenset("（［【〔〈《「『“‘")
PIECES = ["天", "大水", "，", "。", "“天”", "（甲）", "——", "……", "《书》", "word", "3.5", "50%", "，地"]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(PIECES), min_size=10, max_size=60).map("".join),
    st.sampled_from(["og", "portrait"]),
)
def test_no_line_begins_or_ends_with_a_mark_that_may_not(text, size):
    shown = drawn.lines(replace(CARD, words="起" + text, speaker="", quoted=False), size)
    for before, after in pairwise(shown):
        if set(before[-2:]) | set(after[:2]) <= set("。，”……—《》（）"):
            continue  # a heap of marks must be cut somewhere
        assert after[0] not in NO_START and before[-1] not in NO_END, shown


@pytest.mark.parametrize(
    ("words", "size"),
    [
        (
            "起……3.5，地50%。大水。word。————，3.5word“天”，。天……大水“天”。——。大水。大水，，地——（甲），"
            "地“天”《书》word50%天（甲）。word大水50%。3.5，天“天”天50%……。50%",
            "og",
        ),
        (
            "起50%（甲），《书》，——50%“天”天天50%天——（甲）天《书》……word50%3.5……3.5《书》“天”《书》————3.5，"
            "地（甲）“天”……大水天，地，（甲）大水3.5（甲）天天3.5——（甲）",
            "portrait",
        ),
        ("渡口每天开word50%“早班船”，（AI）调度2030年起“word 50%”。" * 3, "og"),
        ("清晨word50%word50%word50%“豆腐”卖完————3.5元《账本》" * 3, "og"),
    ],
)
def test_marks_next_to_latin_words_and_dashes_keep_to_their_words(words, size):
    shown = drawn.lines(replace(CARD, words=words, speaker="", quoted=False), size)
    assert all(line[-1] not in NO_END and line[0] not in NO_START for line in shown), shown
    kept = drawn.plain("".join(shown))  # in their order, none left out
    assert kept and drawn.plain(words).startswith(kept)


@pytest.mark.parametrize("size", ["og", "portrait"])
@pytest.mark.parametrize("words", [CARD.words, HANT, LATIN])
def test_short_words_are_shown_whole_and_signed(words, size):
    shown, name = drawn.words_and_name(replace(CARD, words=words), size)
    assert (shown, name) == (drawn.plain(words), CARD.speaker)


@pytest.mark.parametrize("size", ["og", "portrait"])
def test_long_words_fit_the_frame(size):
    shown, _ = drawn.words_and_name(replace(CARD, words=LONG), size)
    assert drawn.plain(LONG).startswith(shown) and len(shown) > 50
    long_latin = "Donaudampfschifffahrtsgesellschaft " * 20
    shown, _ = drawn.words_and_name(replace(CARD, words=long_latin), size)
    assert drawn.plain(long_latin).startswith(shown) and len(shown) > 30


# -- cutting


def test_short_words_are_not_cut():
    assert shorten("今天下雨。", 120) == ("今天下雨。", "")


def test_a_sentence_that_ends_in_the_first_half_is_no_place_to_cut():
    assert shorten("水来了。" + "渠" * 100, 60) == ("水来了。" + "渠" * 54, "……")
    assert shorten("渠" * 40 + "。" + "水" * 100, 60) == ("渠" * 40 + "。", "……")


def test_long_words_are_cut_at_a_sentence():
    kept, added = shorten(LONG, 96)
    assert kept.endswith("听老师讲故事。") and added == "……"
    assert LONG.startswith(kept)


def test_what_the_cut_leaves_open_is_closed():
    kept, added = shorten("他说：“" + LONG + "”", 96)
    assert kept.endswith("。") and added == "……”"


def test_a_cut_text_and_its_dots_fit_together():
    kept, added = shorten("一" * 60, 50)
    assert (len(kept), added) == (48, "……")


def test_a_number_is_not_cut():
    kept, _ = shorten("一" * 50 + "共 18,500 人" + "二" * 50, 54)
    assert kept == "一" * 50 + "共"


@settings(deadline=None)
@given(
    st.text(st.sampled_from("天地人水火，。“”《》—…$abcXYZ019 .-'") | st.characters(), max_size=120),
    st.integers(20, 60),
)
def test_what_is_kept_is_the_beginning(text, limit):
    kept, _ = shorten(text, limit)
    assert text.startswith(kept)


@given(st.text(st.sampled_from("甲 \t\u3000\u200b\u00ad\ufe0f\ud800\x00a") | st.characters(), max_size=12))
def test_words_are_seen_or_not_as_they_would_be_drawn(text: str):
    assert visible(text) == bool(clean(text))
