"""The page of components: every part of the site in every state, for those who change templates and styles.

The words are made up and all Chinese, so that a line is equally long in every font.
"""

from __future__ import annotations

from typing import ClassVar

from app.model import SpeakerId
from app.pages.contexts import Meta, Page, PageContext
from app.pages.shelves import Choice
from app.pages.views import (
    ArticleView,
    BlockView,
    CardDate,
    Link,
    MarginNote,
    MemberView,
    Near,
    Said,
    SaidRef,
    SourceView,
    TermCard,
    TermRef,
    Voice,
)
from app.text.inline import Node

_HERE = "/styleguide/"


def _text(words: str) -> Node:
    return Node("text", words)


def _term(words: str, line: str, *, marked: bool = True) -> Node:
    ref = TermRef("beiqiao", _HERE, line, True, marked)  # type: ignore[arg-type]
    return Node("term", children=(_text(words),), data=ref)


def _said(words: str, type: str, label: str, *, doubtful: bool = False) -> Node:
    return Node("said", children=(_text(words),), data=SaidRef(type, label, "林晓", doubtful))


def _article(title: str, *, supplied: bool = False, draft: bool = False) -> ArticleView:
    return ArticleView(
        id="beiqiao",
        href=_HERE,
        title=title,
        title_words=(title,),
        supplied=supplied,
        date="二月三日",
        date_iso="",
        publication="江边晚报",
        author="",
        url="",
        note="",
        lang="zh-Hans",
        characters=900,
        minutes=2,
        paragraphs=6,
        revision=1,
        speakers_href=_HERE,
        source_href=_HERE,
        people=2,
        groups=1,
        terms=5,
        draft=draft,
    )


def _card(id: str, *, verified: bool = True, full: bool = False) -> TermCard:
    members = (MemberView("北桥"), MemberView("南桥"))
    return TermCard(
        id=id,
        headword="两桥一路",
        pinyin="liǎng qiáo yí lù" if full else "",
        kind="提法",
        text="说的是江上的两座桥和连着它们的路。",
        members=members if full else (),
        english="Two Bridges and a Road" if full else "",
        english_status="官方英译" if full else "",
        total=9 if full else 0,
        when=(CardDate("2024年2月提出", "镇里开会说起两座桥。"), CardDate("2025年9月成立")) if full else (),
        verified=verified,
        lang="",
        href=_HERE,
    )


def _quotation(type: str, label: str, *, doubtful: bool = False) -> Said:
    words = "桥要修，路也要修，人走得稳才算修好。"
    return Said(
        type=type,
        label=label,
        text=words,
        nodes=(_text(words),),
        cue="说",
        number=2,
        href=_HERE,
        why="冒号前的人",
        confidence=0.5 if doubtful else 0.9,
        doubtful=doubtful,
        speaker=Link("林晓", _HERE),
    )


class StyleguideContext(PageContext, frozen=True):
    """The page of components.

    Attributes:
        tokens: names of the colours.
        titles: articles with a printed and with a supplied title.
        block: a paragraph with every kind of mark.
        others: blocks of every other kind.
        heading: a heading.
        voices: speakers with an office, without a name, and in doubt.
        cards: a full card, a short one, and one that was not checked.
        said: quotations of every type.
        near: a paragraph before the one in focus.
        articles: rows of a list, one of them a draft.
        filters: shelves, one of them chosen.
        sources: on the web and in print.
    """

    template: ClassVar[str] = "styleguide.html"
    tokens: tuple[str, ...]
    titles: tuple[ArticleView, ...]
    block: BlockView
    others: tuple[BlockView, ...]
    heading: BlockView
    voices: tuple[Voice, ...]
    cards: tuple[TermCard, ...]
    said: tuple[Said, ...]
    near: Near
    articles: tuple[ArticleView, ...]
    filters: tuple[tuple[str, tuple[Choice, ...]], ...]
    sources: tuple[SourceView, ...]


_TOKENS = "paper leaf sunk ink ink2 ink3 line line2 edge frame zhu zhu2 mark tint"
_KINDS = ("caption", "byline", "list", "verse", "furniture", "footnote")
_NODES = (
    _text("江边的"),
    _term("北桥", "name"),
    _text("和"),
    _term("两桥一路", "saying"),
    _text("都有人记得，"),
    _term("引桥", "word"),
    _text("却少有人提起，"),
    _term("桥墩", "word", marked=False),
    _text("更是如此。林晓说："),
    _said("桥要修，路也要修。", "direct", "原话"),
    _text("他表示"),
    _said("今年先修北桥", "indirect", "转述"),
    _text("，又引老话"),
    _said("桥通人心通", "mixed", "转述，含原话"),
    _text("，还说起周宁的话"),
    _said("桥是路的骨头", "ascribed", "引述"),
    _text("。有人说"),
    _said("再等一年也无妨", "indirect", "转述", doubtful=True),
    _text("。"),
)
_VOICES = (
    Voice(SpeakerId("lin"), "林晓", "江边镇桥梁所所长", _HERE),
    Voice(SpeakerId("qun"), "江边居民", "群体，未具名", ""),
    Voice(SpeakerId("zhou"), "周宁", "", _HERE, "两篇所印职务不同"),
)
_NOTE = MarginNote("beiqiao", "两桥一路", "说的是江上的两座桥和连着它们的路。")


def styleguide() -> Page:
    """The page. It is served if `MEIPI_DEVELOPMENT` is set, and not indexed."""
    context = StyleguideContext(
        tokens=tuple(_TOKENS.split()),
        titles=(_article("江上的桥"), _article("江上的桥", supplied=True)),
        block=BlockView("abcd", "paragraph", 0, 1, _HERE, _NODES, _VOICES[:1], (_NOTE,)),
        others=tuple(
            BlockView(f"k{n}ab", kind, 0, 0, _HERE, (_text("江边的桥，桥边的灯。"),))
            for n, kind in enumerate(_KINDS)
        ),
        heading=BlockView("hdng", "heading", 2, 0, _HERE, (_text("桥与路"),)),
        voices=_VOICES,
        cards=(_card("full", full=True), _card("plain"), _card("open", verified=False)),
        said=(
            _quotation("direct", "原话"),
            _quotation("indirect", "转述"),
            _quotation("mixed", "转述，含原话"),
            _quotation("ascribed", "引述"),
            _quotation("indirect", "转述", doubtful=True),
        ),
        near=Near("abce", 2, _HERE, "林晓", "上一段的文字，淡一些，说的还是江边的桥。"),
        articles=(_article("江上的桥"), _article("桥边的灯", draft=True)),
        filters=(
            ("年份", (Choice("今年", _HERE, 3, True), Choice("去年", _HERE, 12))),
            ("说话人", (Choice("林晓", _HERE, 2),)),
        ),
        sources=(
            SourceView("桥梁志", "江边镇", "二月", _HERE, "官方或机构"),
            SourceView("桥边小记", "江边晚报", "三月", "", "转载、存档"),
        ),
    )
    return Page(context, Meta("样式", "", robots="noindex"))
