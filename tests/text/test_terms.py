"""Glossary forms in a text: on characters, leftmost and longest, in their right contexts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.store import Content, Manuscript
from app.model import KINDS, PROSE, AliasScope, Block, BlockId, Kind, Scope, Span, Term, TermId
from app.text.folding import fold
from app.text.terms.matcher import TermMatcher


def term(*forms: str, core: bool = False, veto: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> Term:
    id, priority = TermId(forms[0]), "core" if core else "useful"
    return Term(id, forms[0], "", "concept", priority, "。", aliases=forms[1:], veto=veto, only=only)  # type: ignore[arg-type]


def found(text: str, *terms: Term) -> list[tuple[str, str]]:
    """The stretches of a text that are terms, each with its headword."""
    return [(text[s.start : s.end], t.term) for s, t in TermMatcher(terms).find(text)]


def words(text: str, *terms: Term) -> list[str]:
    return [stretch for stretch, _ in found(text, *terms)]


def block(text: str, kind: Kind = "paragraph", id: str = "k7f3") -> Block:
    return Block(BlockId(id), 1, kind, text)


# -- what a naive search would find


def naive(text: str, terms: list[Term]) -> list[tuple[Span, str]]:
    """At every place from the left the longest form that may be there; then on after it."""
    owner = [(fold(form), t) for t in terms for form in t.forms]
    folded, at, spans = fold(text), 0, []
    while at < len(folded):
        fitting = [
            (len(form), t)
            for form, t in owner
            if folded.startswith(form, at) and may_stand(t, folded, at, at + len(form))
        ]
        if fitting:
            length, t = max(fitting, key=lambda f: f[0])
            spans.append((Span(at, at + length), t.id))
            at += length
        else:
            at += 1
    return spans


def may_stand(t: Term, folded: str, start: int, end: int) -> bool:
    def latin(character: str) -> bool:
        return character.isascii() and character.isalnum()

    if latin(folded[start]) and latin(folded[start - 1 : start] or " "):
        return False
    if latin(folded[end - 1]) and latin(folded[end : end + 1] or " "):
        return False

    def stands(context: str) -> bool:
        before, after = fold(context).split("~")
        return folded[:start].endswith(before) and folded[end:].startswith(after)

    return not any(map(stands, t.veto)) and (not t.only or any(map(stands, t.only)))


FORM = st.text("甲乙丙aAａ1", min_size=1, max_size=4)
CONTEXT = st.tuples(st.text("甲乙a", max_size=1), st.text("甲乙a", max_size=1)).filter(any).map("~".join)
TERM = st.builds(
    term,
    FORM,
    FORM,
    veto=st.lists(CONTEXT, max_size=1).map(tuple),
    only=st.lists(CONTEXT, max_size=1).map(tuple),
)


class TestLeftmostLongest:
    @given(st.text("甲乙丙aAａ1，\ud800", max_size=30), st.lists(TERM, max_size=5))
    def test_is_what_a_naive_search_finds(self, text: str, terms: list[Term]):
        assert [(span, t.id) for span, t in TermMatcher(terms).find(text)] == naive(text, terms)

    def test_the_longest_form_wins(self):
        forms = [term("科创中心"), term("国际科创中心"), term("国际科创中心建设")]
        assert words("上海国际科创中心建设提速", *forms) == ["国际科创中心建设"]

    def test_the_leftmost_form_wins_over_a_longer_one_that_begins_inside_it(self):
        assert words("五个中心城市群", term("五个中心"), term("中心城市群")) == ["五个中心"]

    @pytest.mark.parametrize(
        "text", ["“三渡”工程开工", "‘三渡’工程开工", "「三渡」工程開工", "『三渡』工程开工"]
    )
    def test_the_shape_of_quotation_marks_makes_no_difference(self, text: str):
        assert words(text, term("“三渡”工程")) == [text[:6]]
        assert words(text, term("三渡", veto=("~”工程",))) == []
        assert words(text, term("三渡", veto=("~」工程",))) == []

    def test_a_form_inside_a_word_of_the_segmenter_is_found(self):
        assert words("渡口区", term("渡口")) == ["渡口"]

    def test_two_in_a_row(self):
        assert words("渡口渡口", term("渡口")) == ["渡口", "渡口"]

    def test_the_first_entry_has_a_form_that_two_claim(self):
        assert found("渡口", term("渡口"), term("码头", "渡口")) == [("渡口", "渡口")]

    def test_an_empty_glossary_and_an_empty_text_hold_nothing(self):
        assert found("渡口") == [] and found("", term("渡口")) == []


class TestLettersAndWidth:
    @pytest.mark.parametrize("written", ["AI", "ai", "ＡＩ", "Ａi"])
    def test_case_and_width_make_no_difference(self, written: str):
        assert words(f"用{written}种菜", term("AI")) == [written]
        assert words("用AI种菜", term(written)) == ["AI"]

    @pytest.mark.parametrize("text", ["OpenAI", "AIGC", "MAIN", "AI5", "５AI"])
    def test_a_latin_form_is_no_part_of_a_longer_latin_word(self, text: str):
        assert words(text, term("AI")) == []

    def test_a_number_is_no_part_of_a_longer_one(self):
        assert words("15G不是5G，5G是", term("5G")) == ["5G", "5G"]

    def test_behind_a_refused_place_the_search_goes_on(self):
        assert words("OpenAI的AI", term("AI")) == ["AI"]

    def test_a_shorter_form_stands_where_the_longer_is_refused(self):
        assert words("甲乙AIx", term("甲乙AI"), term("甲乙")) == ["甲乙"]

    @given(st.text())
    def test_folding_keeps_every_code_point_in_its_place(self, text: str):
        assert len(fold(text)) == len(text)
        assert [fold(c) for c in text] == list(fold(text))

    def test_a_long_text_is_folded_as_its_characters_are(self):
        every = "".join(map(chr, range(0x32000)))  # all of Chinese
        assert list(fold(every)) == [fold(c) for c in every]

    def test_halves_of_surrogate_pairs_do_not_stop_the_search(self):
        assert TermMatcher([term("渡口")]).find("\ud800渡口\udc00")[0][0] == Span(1, 3)

    def test_characters_beyond_the_basic_plane_count_as_one(self):
        assert TermMatcher([term("渡口")]).find("𠮷𠮷渡口")[0][0] == Span(2, 4)


class TestScript:
    @pytest.mark.parametrize("written", ["五个中心", "五個中心"])
    def test_a_form_is_found_in_either_script(self, written: str):
        assert words(f"建設{written}", term("五个中心")) == [written]
        assert words(f"建设{written}", term("五個中心")) == [written]

    @pytest.mark.parametrize("variant", ["里", "裡", "裏"])
    def test_variants_of_one_character_are_one(self, variant: str):
        assert words(f"这{variant}", term("这里")) == [f"这{variant}"]

    def test_contexts_are_read_in_either_script_too(self):
        assert words("中國國家隊", term("国家队", veto=("中国~",))) == []


class TestContexts:
    def test_a_veto_keeps_a_form_out_of_that_context(self):
        assert words("古渡口旁的渡口", term("渡口", veto=("古~",))) == ["渡口"]
        assert words("渡口镇的渡口", term("渡口", veto=("~镇",))) == ["渡口"]

    def test_a_veto_is_for_all_forms_of_the_entry(self):
        assert words("古渡，古渡口", term("渡口", "渡", veto=("古~",))) == []

    def test_a_context_may_stand_on_both_sides(self):
        assert words("上海国家队员，国家队", term("国家队", veto=("上海~员",))) == ["国家队"]

    def test_only_lets_a_form_be_the_term_nowhere_else(self):
        it = term("中心", only=("医学~", "~城区"))
        assert words("市中心的医学中心在中心城区", it) == ["中心", "中心"]
        assert words("市中心", it) == []

    def test_a_word_of_two_trades_is_told_apart_by_its_sentence(self):
        it = term("国家队", veto=("教练…~", "~…进球"))
        assert words("教练说，国家队赢了。科研国家队来了。国家队昨晚又进球。", it) == ["国家队"]
        assert words("国家队", term("国家队", only=("足球…国家~",))) == []

    def test_a_far_word_and_a_near_one_may_be_asked_for_together(self):
        it = term("中心", only=("建设…国际~",))
        assert words("建设一座国际中心。国际中心。", it) == ["中心"]

    def test_an_entry_may_be_kept_out_of_an_article_or_a_paragraph(self):
        blocks = [block("渡口", id="k7f3"), block("渡口", id="m2xq")]

        def marked(**rules: tuple[str, ...]) -> list[str]:
            matcher = TermMatcher([term("渡口", **rules)])
            return [o.block for o in matcher.occurrences(blocks, "dushu-jie")]

        assert marked(veto=("@dushu-jie",)) == []
        assert marked(veto=("@dushu-jie/m2xq",)) == ["k7f3"]
        assert marked(only=("@dushu-jie/m2xq",)) == ["m2xq"]
        assert marked(only=("@elsewhere",)) == []

    def test_a_context_is_read_without_case_and_width(self):
        assert words("ＸＹ渡口", term("渡口", veto=("xy~",))) == []

    def test_a_vetoed_form_leaves_its_place_to_one_that_begins_later(self):
        assert words("古渡口岸", term("渡口", veto=("古~",)), term("口岸")) == ["口岸"]

    def test_a_long_line_of_refusals_takes_no_longer_than_any_other(self):
        """Half a million characters of refused places: each is looked at once, not the rest after each."""
        text = "OpenAI，" * 70_000 + "AI"
        assert words(text, term("AI")) == ["AI"]


class TestAnArticle:
    def test_only_running_text_is_marked(self):
        blocks = [block("渡口", kind, id=f"bcd{n + 2}") for n, kind in enumerate(KINDS)]
        marked = {o.block for o in TermMatcher([term("渡口")]).occurrences(blocks)}
        assert marked == {b.id for b in blocks if b.kind in PROSE}

    def test_the_first_of_every_section_is_told(self):
        blocks = [
            block("渡口，渡口"),
            block("渡口"),
            block("渡口", "heading"),
            block("码头"),
            block("渡口，码头"),
        ]
        occurrences = TermMatcher([term("渡口"), term("码头")]).occurrences(blocks)
        assert [(o.text, o.first) for o in occurrences] == [
            ("渡口", True),
            ("渡口", False),
            ("渡口", False),
            ("码头", True),
            ("渡口", True),
            ("码头", False),
        ]

    def test_core_is_the_entrys_priority(self):
        occurrences = TermMatcher([term("渡口", core=True), term("码头")]).occurrences([block("渡口码头")])
        assert [(o.text, o.core) for o in occurrences] == [("渡口", True), ("码头", False)]

    def test_an_occurrence_has_the_words_of_the_text(self):
        (o,) = TermMatcher([term("AI")]).occurrences([block("用ＡＩ")])
        assert (o.text, o.span, o.term) == ("ＡＩ", Span(1, 3), "AI")

    def test_every_form_that_stands_in_the_clients_article_is_found(
        self, client_content: Content, client_article: Manuscript
    ):
        terms = list(client_content.knowledge().terms)
        # The naive search knows no scopes and no contexts further away.
        near = [t for t in terms if not (t.scope or t.alias_scopes or "…" in "".join((*t.veto, *t.only)))]
        assert len(near) > 0.6 * len(terms)
        marked, nearby = 0, TermMatcher(near)
        for piece in client_article.pieces:
            spans = [(span, t.id) for span, t in nearby.find(piece.text)]
            assert spans == naive(piece.text, near)
            marked += len(spans)
        assert marked > 80
        matcher = TermMatcher(terms)
        article = "\n".join(p.text for p in client_article.pieces if p.kind in PROSE)
        there = {t.id for t in terms if any(fold(form) in fold(article) for form in t.forms)}
        blocks = [block(p.text, p.kind, f"b{n:03}") for n, p in enumerate(client_article.pieces)]
        covered = {o.term for o in matcher.occurrences(blocks)}
        # Forms that are not marked are inside a longer form or in a context that their entry refuses.
        free = [t for t in terms if not (t.veto or t.only or t.scope or t.alias_scopes)]
        assert {t.id for t in free if t.id in there - covered} <= {
            t.id for t in terms for o in terms if o is not t and any(f in g for f in t.forms for g in o.forms)
        }


class TestScopes:
    """A form means its entry only where the article speaks of certain words, places, or is a certain one."""

    def scoped(self, *forms: str, id: str = "", **rules: tuple[str, ...]) -> Term:
        return replace(term(*forms), id=TermId(id or forms[0]), scope=Scope(**rules))  # type: ignore[arg-type]

    def marked(
        self, texts: list[str], *terms: Term, article: str = "", title: str = ""
    ) -> list[tuple[str, str]]:
        blocks = [block(text, id=f"k7f{n}") for n, text in enumerate(texts)]
        found = TermMatcher(terms).occurrences(blocks, article, title)
        return [(o.text, o.term) for o in found]

    @pytest.mark.parametrize(
        "texts, there",
        [
            (["双减之后，作业少了。"], False),
            (["校外培训", "双减之后，作业少了。"], True),
            (["双减之后，作业少了。", "末段说到校外培训。"], True),
            (["双减之后，作业少了。", "校外，培训。"], False),
            (["雙減之後，校外培訓少了。"], True),
        ],
    )
    def test_one_of_the_required_words_must_be_in_the_article(self, texts: list[str], there: bool):
        entry = self.scoped("双减", requires=("校外培训", "义务教育"))
        assert bool(self.marked(texts, entry)) is there

    def test_the_title_and_headings_count(self):
        entry = self.scoped("科创中心", place=("上海",))
        assert self.marked(["建设科创中心。"], entry) == []
        assert self.marked(["建设科创中心。"], entry, title="上海新闻") == [("科创中心", "科创中心")]
        blocks = [block("上海消息", "heading", "k7f3"), block("建设科创中心。", id="k7f4")]
        assert len(TermMatcher([entry]).occurrences(blocks)) == 1

    def test_required_words_and_places_must_both_be_there(self):
        entry = self.scoped("中心", requires=("金融",), place=("上海", "浦东"))
        assert self.marked(["金融中心。"], entry) == []
        assert self.marked(["上海的中心。"], entry) == []
        assert self.marked(["浦东有金融中心。"], entry) == [("中心", "中心")]

    def test_only_in_the_named_articles(self):
        entry = self.scoped("龙头", articles=("a-b",))
        assert self.marked(["当好龙头。"], entry, article="a-b") == [("龙头", "龙头")]
        assert self.marked(["当好龙头。"], entry, article="other") == []
        assert self.marked(["当好龙头。"], entry) == []

    def test_an_alias_may_have_a_scope_of_its_own(self):
        entry = replace(
            term("五个中心", "五中心"), alias_scopes=(AliasScope("五中心", Scope(requires=("上海",))),)
        )
        assert self.marked(["五中心和五个中心。"], entry) == [("五个中心", "五个中心")]
        assert self.marked(["上海的五中心。"], entry) == [("五中心", "五个中心")]

    def test_an_alias_may_have_contexts_of_its_own(self):
        office = Scope(veto=("市~", "省委…~"))
        entry = replace(term("国家发改委", "发改委"), alias_scopes=(AliasScope("发改委", office),))
        assert self.marked(["发改委发文。"], entry) == [("发改委", "国家发改委")]
        assert self.marked(["市发改委发文。"], entry) == []
        assert self.marked(["省委宣传部、发改委发文。"], entry) == []
        assert self.marked(["市国家发改委。"], entry) == [("国家发改委", "国家发改委")]
        study = replace(
            term("讲话精神", "学习"), alias_scopes=(AliasScope("学习", Scope(only=("~…重要讲话",))),)
        )
        assert self.marked(["学习领导的重要讲话。"], study) == [("学习", "讲话精神")]
        assert self.marked(["学习文件。", "传达重要讲话。"], study) == []

    def test_where_the_longest_form_is_out_of_scope_a_shorter_one_stands(self):
        long, short = self.scoped("国际科创中心", place=("上海",)), term("科创中心")
        assert self.marked(["建设国际科创中心。"], long, short) == [("科创中心", "科创中心")]
        assert self.marked(["上海建设国际科创中心。"], long, short) == [("国际科创中心", "国际科创中心")]

    @pytest.mark.parametrize(
        "texts, ids",
        [
            (["上海建设五个中心。"], ["shanghai"]),
            (["武汉建设五个中心。"], ["wuhan"]),
            (["说五个中心。"], []),
            (["上海讲五个中心，武汉后来也讲五个中心。"], ["shanghai", "wuhan"]),
            (["武汉，武汉。上海。", "说五个中心。"], ["wuhan"]),
        ],
    )
    def test_of_two_entries_with_one_form_the_one_spoken_of_has_it(self, texts: list[str], ids: list[str]):
        shanghai = self.scoped("五个中心", id="shanghai", place=("上海",))
        wuhan = self.scoped("五个中心", id="wuhan", place=("武汉",))
        assert [id for _, id in self.marked(texts, shanghai, wuhan)] == ids

    def test_an_entry_without_a_scope_has_the_form_elsewhere(self):
        general, special = (
            replace(term("龙头"), id=TermId("general")),
            self.scoped("龙头", id="s", place=("上海",)),
        )
        assert self.marked(["龙头企业。"], general, special) == [("龙头", "general")]
        assert self.marked(["上海的龙头。"], general, special) == [("龙头", "s")]

    def test_of_a_single_text_the_text_is_all_there_is(self):
        entry = self.scoped("科创中心", place=("上海",))
        assert words("建设科创中心", entry) == []
        assert words("上海建设科创中心", entry) == ["科创中心"]
