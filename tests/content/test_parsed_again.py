"""A glossary file of which some items changed gives what a new reading of it gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content import knowledge
from app.content.store import Content

HEAD = "# 词条\n"
ITEMS = [
    f"- id: t{n}\n  term: 词{n}\n  kind: concept\n  zh: 解释{n}。\n  en: Gloss {n}.\n  verified: false\n"
    for n in range(6)
]
# Each changes the items in another way: edits, comments, moves, odd and faulty YAML.
CHANGES = [
    lambda items: [items[0].replace("解释", "说明"), *items[1:]],
    lambda items: items[1:],
    lambda items: [],
    lambda items: [*items[1:], items[0]],
    lambda items: ["# 一\n", *items],
    lambda items: [*items, "# 末\n"],
    lambda items: [items[0] + "# 之后\n", *items[1:]],
    lambda items: [*items, ITEMS[0]],
    lambda items: [*items, "- id: t9\n  term: '词九\n"],
    lambda items: ["- term: 没有 id\n", *items],
    lambda items: [items[0].replace("词", "&a 词"), "- id: t8\n  term: *a\n  zh: 甲。\n", *items[1:]],
    lambda items: [item.replace("&a 词", "&a 又") for item in items],
    lambda items: [items[0].replace("zh: ", 'zh: "多行\n- id: '), *items[1:]],
    lambda items: [item.replace("\n", "\r\n") for item in items],
    lambda items: list(ITEMS),
]


def write(folder: Path, items: list[str]) -> None:
    (folder / "glossary").mkdir(exist_ok=True)
    (folder / "glossary" / "a.yaml").write_text(HEAD + "".join(items), "utf-8", newline="")


@settings(max_examples=25, deadline=None, derandomize=True)
@given(changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=6))
def test_items_that_stay_are_what_a_new_reading_gives(
    tmp_path_factory: pytest.TempPathFactory, changes: list
) -> None:
    folder, items = tmp_path_factory.mktemp("content"), list(ITEMS)
    write(folder, items)
    reused = Content(folder)
    reused.usable_knowledge()
    for change in changes:
        items = change(items) if items else list(ITEMS)
        write(folder, items)
        assert reused.usable_knowledge() == Content(folder).usable_knowledge()


def test_only_the_changed_item_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, ITEMS)
    content, parsed = Content(tmp_path), list[str]()
    content.usable_knowledge()
    load = knowledge.load_yaml
    monkeypatch.setattr(
        knowledge, "load_yaml", lambda text, *a, **k: parsed.append(text) or load(text, *a, **k)
    )
    write(tmp_path, [*ITEMS[:3], ITEMS[3].replace("解释", "说明"), *ITEMS[4:]])
    found, _ = content.usable_knowledge()
    assert parsed == [ITEMS[3].replace("解释", "说明")]
    assert [t.zh for t in found.terms] == [f"{'说明' if n == 3 else '解释'}{n}。" for n in range(6)]
