"""A glossary held against texts: what an editor is told, and what a change to it does."""

from __future__ import annotations

from collections.abc import Sequence

from app.model import ArticleId, Block, BlockId, Member, Term, TermId
from app.text.terms.doubts import ArticleText, changes, doubts


def term(
    form: str,
    *aliases: str,
    members: Sequence[str] = (),
    veto: Sequence[str] = (),
    related: Sequence[str] = (),
) -> Term:
    return Term(
        TermId(form),
        form,
        "",
        "concept",
        "useful",
        "。",
        aliases=aliases,
        members=tuple(map(Member, members)),
        veto=tuple(veto),
        related=tuple(map(TermId, related)),
    )


def article(*texts: str, id: str = "wen") -> tuple[ArticleId, Sequence[Block]]:
    return ArticleText(
        ArticleId(id), [Block(BlockId(f"b{n:03}"), n, "paragraph", t) for n, t in enumerate(texts)]
    )


def spaced(text: str) -> tuple[int, ...]:
    """Word ends for a text in which every character is a word, but for 渡口镇 and 中心城区."""
    ends, at = [], 0
    while at < len(text):
        at += next((len(w) for w in ("渡口镇", "中心城区") if text.startswith(w, at)), 1)
        ends.append(at)
    return tuple(ends)


def told(terms: Sequence[Term], *texts: str) -> list[tuple[str, str]]:
    return [(d.term, d.code) for d in doubts(terms, [article(*texts)], spaced)]


def test_an_entry_that_stands_nowhere_is_told():
    assert told([term("渡口"), term("码头")], "渡口") == [("码头", "G08")]


def test_an_entry_that_another_entry_leads_to_may_stand_nowhere():
    assert told([term("渡口", related=("码头",)), term("码头"), term("驿站")], "渡口") == [("驿站", "G08")]


def test_inside_a_longer_form_an_entry_stands_too():
    assert told([term("北湾渡口"), term("渡口")], "北湾渡口") == []


def test_a_form_inside_or_across_a_plain_word_is_doubtful():
    assert told([term("渡口")], "渡口镇") == [("渡口", "G10")]
    assert told([term("市中心")], "市中心城区") == [("市中心", "G10")]
    assert told([term("渡口")], "渡口，渡船") == []


def test_entries_with_rules_have_been_looked_at():
    assert told([term("渡口", veto=("古~",))], "渡口镇") == []


def test_the_same_doubt_is_told_once():
    assert told([term("渡口")], "渡口镇", "渡口镇的渡口镇") == [("渡口", "G10")]


def test_entries_that_cross_are_told():
    assert told([term("五个中心"), term("中心城市")], "五个中心城市。中心城市") == [("五个中心", "G09")]


def test_a_number_in_the_headword_is_that_of_the_members():
    assert told([term("三大港口", members=("东港", "西港"))], "三大港口") == [("三大港口", "G11")]
    assert told([term("两个港口", members=("东港", "西港"))], "两个港口") == []
    assert told([term("三渡一桥", members=("东", "西", "南", "桥"))], "三渡一桥") == []


def test_a_list_in_the_text_that_has_other_members_is_told():
    ports = term("三大港口", members=("东港", "西港", "南港"))
    (doubt,) = doubts([ports], [article("建设三大港口（东港、西港和北港）。")], spaced)
    assert doubt.code == "G11" and "北港" in doubt.problem and "/a/wen/b000/" in doubt.problem
    assert told([ports], "三大港口，即东港、西港、南港。") == []
    assert told([ports], "三大港口（图一）") == []


def test_a_change_is_told_article_by_article_with_its_places():
    texts = article("渡口和码头", "老渡口", id="yi"), article("码头", id="er")
    (one,) = changes([term("码头"), term("渡口")], [term("码头"), term("渡口", veto=("老~",))], texts)
    assert (one.article, one.term, one.before, one.now) == ("yi", "渡口", 2, 1)
    assert one.places == (("b001", "老渡口"),)


def test_places_that_pass_from_one_entry_to_another_are_a_change_of_both():
    found = list(changes([term("渡口")], [term("渡口"), term("老渡口")], [article("老渡口")]))
    assert {(c.term, c.before, c.now) for c in found} == {("渡口", 1, 0), ("老渡口", 0, 1)}


def test_the_same_glossary_changes_nothing():
    assert list(changes([term("渡口")], [term("渡口", "码头")], [article("渡口")])) == []
