"""A change of the glossary: the index is as if all articles were annotated anew, but few of them are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from changes import contents, differences
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import app.library.refreshing as refreshing
import app.text.annotator
from app.content.store import Content
from app.index import open_index
from app.library.library import Library
from app.text.segment import Segmenter

ARTICLES = {
    "gang": "老港口修了两年。孟海生说：“老港口的灯塔要留。”\n\n北湾港口在十里外，那里没有灯塔。",
    "deng": "守灯人每天上灯塔。“两个放心”是守灯人的话：让船家放心，让家里放心。\n\n老港口的人都认得他。",
    "yan": "晒盐要看天。北湾盐田今年收了三百吨。\n\n盐田边上立着新灯，ABC 公司装的。",
    "shu": "图书室在渡口。\n\n卓玉兰表示，渡口的图书室晚上也开。",
    "lao": "老港口，老渡口，老灯塔。",
}
# The English of two articles; its marks depend on the English names of the terms.
ENGLISH = {"gang": "The Old Port took two years.", "lao": "The Old Port and the Old Lighthouse."}
FORMS = (
    "老港口",
    "港口",
    "北湾",
    "北湾港口",
    "灯塔",
    "守灯人",
    "两个放心",
    "盐田",
    "渡口",
    "老渡口",
    "ABC",
    "要看天",
    "港口修",
)

Entry = dict[str, Any]
State = tuple[list[Entry], list[Entry]]

entries = st.fixed_dictionaries(
    {
        "term": st.sampled_from(FORMS),
        "pinyin": st.sampled_from(("", "gǎngkǒu", "lǎo gǎngkǒu")),
        "priority": st.sampled_from(("core", "minor")),
        "zh": st.sampled_from(("岛上的说法。", "岛上的旧说法。")),
        "aliases": st.lists(st.sampled_from(FORMS), max_size=2, unique=True),
        "english": st.sampled_from(("", "Old Port", "Old Lighthouse")),
        "veto": st.sampled_from(("", "老~", "~修", "@lao", "北…~")),
        "only": st.sampled_from(("", "", "老~", "@gang")),
        "requires": st.sampled_from(("", "", "灯塔", "渡口")),
    }
)
people = st.fixed_dictionaries(
    {
        "name": st.sampled_from(("孟海生", "卓玉兰")),
        "aliases": st.sampled_from(([], ["守灯人"])),
        "note": st.sampled_from(("虚构。", "虚构的人。")),
    }
)
states = st.tuples(
    st.lists(entries, min_size=1, max_size=4, unique_by=lambda e: e["term"]),
    st.lists(people, max_size=2, unique_by=lambda p: p["name"]),
)


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[str, Any]]:
    """A first glossary, then changes: of one entry, of everything, of an article, back to an earlier one."""
    first = draw(states)
    made, seen = list[tuple[str, Any]](), [first]
    for _ in range(draw(st.integers(2, 4))):
        terms, known = seen[-1]
        how = draw(st.sampled_from(("entry", "entry", "entry", "order", "people", "all", "back", "article")))
        if how == "article":
            made.append(("article", draw(st.sampled_from(sorted(ARTICLES)))))
            continue
        if how == "entry":
            key = draw(st.sampled_from(sorted(terms[0])))
            at = draw(st.integers(0, len(terms) - 1))
            other = draw(entries)
            changed = {**terms[at], key: other[key]}
            if changed["term"] in {t["term"] for n, t in enumerate(terms) if n != at}:
                continue
            state = [*terms[:at], changed, *terms[at + 1 :]], known
        elif how == "order":
            state = draw(st.permutations(terms)), known
        elif how == "people":
            state = terms, draw(states)[1]
        else:
            state = draw(states) if how == "all" else draw(st.sampled_from(seen))
        seen.append(state)
        made.append(("glossary", state))
    return [("glossary", first), *made]


def write_state(root: Path, state: State) -> None:
    """Write glossary and people."""
    terms, known = state
    write_entries(
        root / "glossary/words.yaml",
        [
            {k: t[k] for k in ("term", "pinyin", "priority", "zh", "aliases") if t[k]}
            | {k: [t[k]] for k in ("veto", "only") if t[k]}
            | ({"english": [{"text": t["english"], "status": "common"}]} if t["english"] else {})
            | ({"scope": {"requires": [t["requires"]]}} if t["requires"] else {})
            | {"id": id_of(t["term"]), "kind": "concept", "note": "虚构。"}
            for t in terms
        ],
    )
    write_entries(root / "speakers/people.yaml", [p | {"id": id_of(p["name"])} for p in known])


def write_entries(path: Path, entries: list[Entry]) -> None:
    path.write_text("".join(f"- {json.dumps(e, ensure_ascii=False)}\n" for e in entries), "utf-8")


def id_of(word: str) -> str:
    return "-".join(f"{ord(c):x}" for c in word)


def write_articles(root: Path) -> None:
    for folder in ("glossary", "speakers"):
        (root / folder).mkdir(parents=True)
    for id, text in ARTICLES.items():
        write_article(root, id, text)
    library = Library(Content(root), open_index("", root.parent / "first"))
    library.refresh()
    for id, text in ENGLISH.items():
        library.save(id, saved_at="2024-08-01T00:00:00+00:00")  # type: ignore[arg-type]
        block = library.exact(id).blocks[0].id  # type: ignore[arg-type]
        (root / "articles" / id / "en.md").write_text(f"---\ntitle: English\n---\n\n{{#{block}}}\n{text}\n")
    library.index.close()


def write_article(root: Path, id: str, text: str) -> None:
    home = root / "articles" / id
    home.mkdir(parents=True, exist_ok=True)
    (home / "article.md").write_text(f"---\ntitle: 海岛{id}\n---\n\n{text}\n", "utf-8")


@pytest.fixture(scope="module", autouse=True)
def quick_segmenters() -> Iterator[None]:
    """Keep segmenters: making one takes a tenth of a second."""
    known = lru_cache(maxsize=64)(lambda words: Segmenter(words))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            app.text.annotator, "Segmenter", lambda words=(), cache=None: known(tuple(sorted(words)))
        )
        yield


@settings(
    max_examples=14,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # to shrink a failure takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=edits(), turns=st.lists(st.booleans(), min_size=5, max_size=5))
def test_any_changes_of_the_glossary_leave_what_an_index_made_from_nothing_has(
    template: Path, changes: list[tuple[str, Any]], turns: list[bool]
):
    """Each change is followed by a full refresh, or by one turn of it, which the next change interrupts."""
    with TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        home = Path(scratch)
        shutil.copytree(template, home / "content")
        patch.setattr(refreshing, "_TURN_SIZE", 1)
        patch.setattr(refreshing, "_TURN_SECONDS", 0)
        patch.setattr(refreshing, "_TURN_LOOKS", 0)
        library = Library(Content(home / "content"), open_index("", home / "var"))
        for (what, value), in_turns in zip(changes, turns, strict=False):
            if what == "glossary":
                write_state(home / "content", value)
            else:
                write_article(home / "content", value, ARTICLES[value] + "\n\n灯塔又亮了。")
            assert library.refresh(in_turns=in_turns).findings == ()
        while library.refresh(in_turns=True).left:
            pass
        anew = Library(Content(home / "content"), open_index("", home / "anew"))
        anew.refresh()
        found = differences(contents(library.index), contents(anew.index))
        library.index.close()
        anew.index.close()
        assert found == []


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The articles, without glossary."""
    root = tmp_path_factory.mktemp("glossary") / "content"
    write_articles(root)
    return root


def entry(term: str, **more: Any) -> Entry:
    """An entry without rules."""
    return dict.fromkeys(("pinyin", "aliases", "english", "veto", "only", "requires")) | {
        "term": term,
        "priority": "core",
        "zh": "岛上的说法。",
        **more,
    }


HAISHENG: Entry = {"name": "孟海生", "aliases": [], "note": "虚构。"}
YULAN: Entry = {"name": "卓玉兰", "aliases": [], "note": "虚构。"}


class TestWhichArticlesAreAnnotated:
    @pytest.fixture
    def library(self, template: Path, tmp_path: Path) -> Iterator[Library]:
        shutil.copytree(template, tmp_path / "content")
        write_state(tmp_path / "content", ([entry("港口"), entry("灯塔", pinyin="dēngtǎ")], [HAISHENG]))
        library = Library(Content(tmp_path / "content"), open_index("", tmp_path / "var"))
        library.refresh()
        yield library
        library.index.close()

    @pytest.mark.parametrize(
        ("state", "wanted"),
        [
            pytest.param(([entry("港口"), entry("灯塔", pinyin="dēngtǎ")], [HAISHENG]), "", id="nothing"),
            pytest.param(
                ([entry("港口", zh="改了。"), entry("灯塔", pinyin="dēng tǎ")], [HAISHENG]),
                "",
                id="definition",
            ),
            pytest.param(
                (
                    [entry("港口"), entry("灯塔", pinyin="dēngtǎ"), entry("盐田", pinyin="yántián")],
                    [HAISHENG],
                ),
                "yan",
                id="new word of the segmenter",
            ),
            pytest.param(
                ([entry("港口"), entry("灯塔", pinyin="dēngtǎ", aliases=["图书室"])], [HAISHENG]),
                "shu",
                id="new alias",
            ),
            pytest.param(
                ([entry("港口"), entry("渡口")], [HAISHENG]), "deng gang lao shu", id="another word"
            ),
            pytest.param(
                ([entry("港口", veto="北湾~"), entry("灯塔", pinyin="dēngtǎ")], [HAISHENG]), "gang", id="veto"
            ),
            pytest.param(
                ([entry("港口", requires="盐田"), entry("灯塔", pinyin="dēngtǎ")], [HAISHENG]),
                "deng gang lao",
                id="scope",
            ),
            pytest.param(
                ([entry("港口", priority="minor"), entry("灯塔", pinyin="dēngtǎ")], [HAISHENG]),
                "deng gang lao",
                id="priority",
            ),
            pytest.param(
                ([entry("港口", english="Old Port"), entry("灯塔", pinyin="dēngtǎ")], [HAISHENG]),
                "gang lao",
                id="English of terms in translated articles",
            ),
            pytest.param(
                ([entry("港口"), entry("灯塔", pinyin="dēngtǎ")], [{**HAISHENG, "note": "改了。"}]),
                "",
                id="note on a person",
            ),
            pytest.param(
                ([entry("港口"), entry("灯塔", pinyin="dēngtǎ")], [HAISHENG, YULAN]),
                "deng gang lao shu yan",
                id="new person",
            ),
        ],
    )
    def test_those_alone_that_the_change_concerns(self, library: Library, state: State, wanted: str):
        write_state(library.content.root, state)
        done = library.refresh()
        assert (" ".join(sorted(done.annotated)), done.left) == (wanted, 0)
        assert library.refresh().annotated == ()

    def test_a_comment_in_a_file_makes_no_page_anew(self, library: Library):
        before = library.index.generation()
        with (library.content.root / "glossary/words.yaml").open("a") as file:
            file.write("# 另一天\n")
        assert library.refresh().changed is False and library.index.generation() == before

    def test_an_edited_article_goes_before_those_that_an_earlier_change_left(
        self, library: Library, monkeypatch: pytest.MonkeyPatch
    ):
        for name, value in (("_TURN_SIZE", 1), ("_TURN_SECONDS", 0), ("_TURN_LOOKS", 0)):
            monkeypatch.setattr(refreshing, name, value)
        write_state(library.content.root, ([entry("港口"), entry("灯塔")], [HAISHENG, YULAN]))
        first = library.refresh(in_turns=True)
        assert (first.annotated, first.left) == (("deng",), 4)
        write_article(library.content.root, "yan", "晒盐场改了名。")
        assert library.refresh(in_turns=True).annotated == ("yan", "gang")
        assert library.refresh(in_turns=True).annotated == ("lao",)
        last = library.refresh(in_turns=True)
        assert (last.annotated, last.left) == (("shu",), 0)
        assert library.refresh(in_turns=True).annotated == ()

    def test_articles_that_cannot_be_annotated_do_not_keep_it_busy(
        self, library: Library, monkeypatch: pytest.MonkeyPatch
    ):
        for name, value in (("_TURN_SIZE", 1), ("_TURN_SECONDS", 0), ("_TURN_LOOKS", 0)):
            monkeypatch.setattr(refreshing, name, value)

        def fails(*_: object, **__: object) -> None:
            raise ValueError("odd")

        monkeypatch.setattr("app.library.batches.annotated", fails)
        write_state(library.content.root, ([entry("港口"), entry("灯塔")], [HAISHENG, YULAN]))
        turns = 1
        while (done := library.refresh(in_turns=True)).left:
            turns += 1
        assert turns <= len(ARTICLES) and {f.code for f in done.findings} == {"A13"}
        monkeypatch.undo()
        assert len(library.refresh(in_turns=True).annotated) == len(ARTICLES)
