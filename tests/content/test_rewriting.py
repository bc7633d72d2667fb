"""article.md after a change: reads back as wanted, and every line that need not change is as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.article_file import format_article, parse_article
from app.content.rewriting import rewrite
from app.content.store import Content
from app.model import CELL, KINDS, ArticleId, Correction, Header, Piece

ID = ArticleId("x")
BY_HAND = """---
# 来自剪报第三册
title: "夜校开课"   # 原题
date: '2024-03-05'
corrections:
# 校长的话
- words: 识字的人多了
  speaker: 林清和
---

{.byline}
本报记者 方禾

渡口边的夜校
昨天开课。

## 三盏灯

- 一盏
- 两盏

最后一段。
"""


def changed(text: str, **to: object) -> str:
    header, pieces, corrections = parse_article(ID, text, "")
    values = {"header": header, "pieces": pieces, "corrections": corrections} | to
    return rewrite(text, values["header"], values["pieces"], values["corrections"])  # type: ignore[arg-type]


def parts(text: str) -> tuple[Header, list[Piece], list[Correction]]:
    header, pieces, corrections = parse_article(ID, text, "")
    return header, list(pieces), list(corrections)


def difference(new: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came, by position from both ends."""
    a, b = BY_HAND.split("\n"), new.split("\n")
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    return a, b


def test_nothing_changes_nothing():
    assert changed(BY_HAND) == BY_HAND


def test_new_words_leave_the_other_lines_alone():
    _, pieces, _ = parts(BY_HAND)
    pieces[1] = replace(pieces[1], text="渡口的夜校昨天开课。")
    assert difference(changed(BY_HAND, pieces=pieces)) == (
        ["渡口边的夜校", "昨天开课。"],
        ["渡口的夜校昨天开课。"],
    )


def test_a_new_kind_takes_the_line_with_the_old_one_away():
    _, pieces, _ = parts(BY_HAND)
    pieces[0] = replace(pieces[0], kind="paragraph")
    assert difference(changed(BY_HAND, pieces=pieces)) == (["{.byline}"], [])


def test_an_item_of_a_list_stays_in_its_list():
    _, pieces, _ = parts(BY_HAND)
    pieces[4:5] = [Piece("list", "两盏半"), Piece("list", "三盏")]
    assert difference(changed(BY_HAND, pieces=pieces)) == (["- 两盏"], ["- 两盏半", "- 三盏"])
    _, pieces, _ = parts(BY_HAND)
    pieces.insert(4, Piece("list", "一盏半"))
    assert difference(changed(BY_HAND, pieces=pieces)) == ([], ["- 一盏半"])
    del pieces[3:5]
    assert difference(changed(BY_HAND, pieces=pieces)) == (["- 一盏"], [])
    pieces.insert(3, Piece("list", "半盏"))
    assert difference(changed(BY_HAND, pieces=pieces)) == (["- 一盏"], ["- 半盏"])


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 2), (5, 6), (0, 6), (2, 5)])
def test_blocks_go_with_their_gap(first: int, last: int):
    _, pieces, _ = parts(BY_HAND)
    del pieces[first:last]
    new = changed(BY_HAND, pieces=pieces)
    assert "\n\n\n" not in new and parts(new)[1] == [
        replace(p, lines=q.lines) for p, q in zip(pieces, parts(new)[1], strict=True)
    ]


def test_front_matter_keeps_comments_and_quotation_marks():
    header, _, corrections = parts(BY_HAND)
    new = changed(BY_HAND, header=replace(header, publication="河湾日报"))
    assert difference(new) == ([], ["publication: 河湾日报"])
    new = changed(BY_HAND, corrections=[*corrections, Correction(speaker="林清和", role="校长")])
    assert "# 来自剪报第三册\n" in new and "# 校长的话\n- words" in new and '"夜校开课"   # 原题' in new
    assert "- speaker: 林清和\n  role: 校长\n---" in new
    assert "corrections" not in changed(BY_HAND, corrections=[])


def test_corrections_keep_their_comments_when_others_come_and_go():
    listed = (
        "- words: 识字的人多了   # 听录音\n  # 校长本人\n  speaker: 林清和\n"
        "- words: 灯亮着   # 第二遍\n  speaker: 方禾\n"
    )
    text = BY_HAND.replace("- words: 识字的人多了\n  speaker: 林清和\n", listed)
    _, _, corrections = parts(text)
    longer = changed(text, corrections=[*corrections, Correction(speaker="林清和", role="校长")])
    assert listed + "- speaker: 林清和\n  role: 校长\n---" in longer
    shorter = changed(text, corrections=corrections[1:])
    assert "# 第二遍" in shorter and "录音" not in shorter and "方禾" in shorter


def test_a_file_without_front_matter_gets_one():
    header, pieces, corrections = parts("## 题\n\n一段。\n")
    new = rewrite("## 题\n\n一段。\n", replace(header, title="另题"), pieces, corrections)
    assert new.startswith("---\ntitle: 另题\n---\n") and new.endswith("## 题\n\n一段。\n")


def test_words_that_look_like_yaml_stay_words():
    header, _, _ = parts(BY_HAND)
    for odd in (
        "a: b",
        "[x]",
        "*x",
        "- x",
        "true",
        "null",
        "2024",
        "'",
        '"',
        "# x",
        "x\ny: z",
        "---",
        "|",
        "&a x",
    ):
        title = odd.replace("\n", " ")
        assert parts(changed(BY_HAND, header=replace(header, title=title)))[0].title == title


WORDS = (
    st.text("甲乙丙，。“” ab1-#*>_.`\\{}[]|~:", min_size=1, max_size=12)
    .map(lambda t: " ".join(t.split()))
    .filter(lambda t: t and CELL not in t)
)
PIECES = st.lists(
    st.builds(lambda k, t: Piece(k, t, None, 2 if k == "heading" else 0), st.sampled_from(KINDS), WORDS),
    max_size=6,
)


@settings(max_examples=150)
@given(PIECES, PIECES, st.integers(0, 6), st.integers(0, 6))
def test_any_change_of_a_file_of_ours_is_as_if_it_were_written_anew(
    start: list[Piece], put: list[Piece], at: int, until: int
):
    header = Header(ID, "题")
    text = format_article(header, start)
    read = list(parse_article(ID, text, "")[1])
    wanted = [*read[:at], *put, *read[max(at, until) :]]
    anew = format_article(header, wanted)
    made = rewrite(text, header, wanted, ())
    read_back = [[(p.kind, p.text, p.level) for p in parts(text)[1]] for text in (made, anew)]
    assert read_back[0] == read_back[1]
    # A list that is divided keeps its lines, so empty lines may differ.
    assert [line for line in made.split("\n") if line] == [line for line in anew.split("\n") if line]


def test_the_articles_of_the_project_need_no_rewriting(client_content: Content):
    for id in client_content.articles():
        text = (client_content.root / "articles" / id / "article.md").read_text("utf-8")
        header, pieces, corrections = parse_article(id, text, "")
        assert rewrite(text, header, pieces, corrections) == text
        new = rewrite(text, replace(header, note="改"), pieces, corrections)
        assert len(set(text.split("\n")) - set(new.split("\n"))) <= 1
