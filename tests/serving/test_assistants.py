"""The server for assistants: whole sessions, replayed with the SDK's own client in this process."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from app.library.library import Library
from app.model import ArticleId
from app.serving import assistants
from app.settings import Settings

BASE = "https://meipi.example"


def in_a_thread(session: Callable[[], Awaitable[Any]]) -> Any:
    """The result of a session; its loop has a thread of its own, since the browser's may run in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, session).result()


def ask(library: Library, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """The answers to some calls of tools in one session; a refusal comes as its message."""

    async def session() -> list[Any]:
        settings = Settings(base_url=BASE)
        found = list[Any]()
        async with Client(assistants.server(library, settings)) as client:
            for name, values in calls:
                result = await client.call_tool(name, values)
                found.append(
                    result.content[0].text if result.is_error else result.structured_content  # type: ignore[union-attr]
                )
        return found

    return in_a_thread(session)


def tools(library: Library) -> dict[str, Any]:
    async def session() -> dict[str, Any]:
        async with Client(assistants.server(library, Settings(base_url=BASE))) as client:
            return {tool.name: tool for tool in (await client.list_tools()).tools}

    return in_a_thread(session)


def links_of(value: Any) -> list[str]:
    """Every link in an answer."""
    if isinstance(value, dict):
        own = [v for k, v in value.items() if k == "link" and v]
        return own + [link for v in value.values() for link in links_of(v)]
    return [link for v in value for link in links_of(v)] if isinstance(value, list) else []


def test_a_session_finds_a_phrase_cites_it_and_follows_an_old_link(
    edit: Callable[..., None], library: Library, open_site: Callable[..., Any]
):
    """What an assistant does for a reader who asks since when a phrase is in use."""
    (counted,) = ask(library, ("uses", {"phrase": "擦了一遍船舷"}))
    first = counted["first"]
    assert counted["uses"] == 1 and counted["texts"] == library.index.count()
    (cited,) = ask(library, ("paragraph", {"link": first["url"]}))
    block = next(b for b in library.document(ArticleId(first["article"])).blocks if b.id == first["block"])
    assert cited["state"] == "live" and cited["text"] == block.text
    assert cited["link"] == first["url"] and first["url"] in cited["citation"]
    assert {s["speaker"] for s in cited["speakers"]} == {"周大年"}
    assert "北湾渡口" in [t["term"] for t in cited["terms"]]

    # This paragraph is merged into the next one, and another article loses one.
    (after,) = ask(library, ("paragraph", {"link": cited["near"][1]}))
    edit(first["article"], "又擦了一遍船舷。\n\n镇交通站", "又擦了一遍船舷。镇交通站")
    edit("dushu-jie", "{.caption}\n孩子们在渡口搬书。\n\n", "")
    for id in (first["article"], "dushu-jie"):
        library.save(ArticleId(id), saved_at="2024-07-01T00:00:00Z")
    library.refresh()
    merged, removed, again = ask(
        library,
        ("follow_link", {"link": cited["link"]}),
        ("follow_link", {"link": f"{BASE}/a/dushu-jie/RS6Z"}),
        ("paragraph", {"link": f"{after['link'].removesuffix('/')}?pinyin=1#:~:text=镇"}),
    )
    assert (merged["state"], merged["link"], merged["text"]) == ("merged", after["link"], cited["text"])
    assert (removed["state"], removed["text"]) == ("removed", "孩子们在渡口搬书。")
    assert again["link"] == after["link"] and cited["text"] in again["text"]
    with open_site() as site:
        links = {link for answer in (merged, removed, again) for link in links_of(answer)}
        assert [site.get(link.removeprefix(BASE)).status_code for link in links] == [200] * len(links)


def test_every_tool_answers_within_bounds_and_with_links(library: Library):
    answers = ask(
        library,
        ("search", {"words": "渡口"}),
        ("uses", {"phrase": "三渡一桥"}),
        ("article", {"article": "beiwan-daqiao"}),
        ("article", {"article": f"{BASE}/a/beiwan-daqiao/", "start": 3}),
        ("paragraph", {"link": "beiwan-daqiao/p29s"}),
        ("term", {"words": "三渡一桥"}),
        ("speaker", {"name": "林清和"}),
        ("compare", {"a": "beiwan-daqiao", "b": "dushu-jie"}),
    )
    (elsewhere,) = ask(library, ("where_else", {"link": "beiwan-daqiao"}))
    assert elsewhere["known"] and elsewhere["link"] == f"{BASE}/a/beiwan-daqiao/"
    assert all(isinstance(a, dict) and a["link"].startswith(f"{BASE}/") for a in answers)
    assert all(len(json.dumps(a, ensure_ascii=False)) < 20_000 for a in answers)
    found, counted, whole, part, _, entry, heard, changed = answers
    assert all("渡口" in p["text"] for p in found["paragraphs"]) and found["total"] == len(
        found["paragraphs"]
    )
    assert counted["uses"] == entry["uses"] > 0
    assert [p["link"] for p in part["paragraphs"]] == [p["link"] for p in whole["paragraphs"]][2:]
    assert any("林清和" in name for p in whole["paragraphs"] for name in p["speakers"])
    assert heard["quotations"] == len(heard["said"]) > 0
    (rest,) = ask(library, ("compare", {"a": "beiwan-daqiao", "b": "dushu-jie", "start": changed["next"]}))
    assert changed["new"] + changed["gone"] == len(changed["changes"]) + len(rest["changes"])
    assert rest["next"] == 0


def test_a_long_article_comes_in_parts(library: Library, home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.pages.answers.TEXT", 100)
    texts, start = [], 1
    while start:
        (part,) = ask(library, ("article", {"article": "beiwan-daqiao", "start": start}))
        texts += [p["text"] for p in part["paragraphs"]]
        assert len(part["paragraphs"]) == 1 or sum(len(p["text"]) for p in part["paragraphs"]) <= 100
        start = part["next"]
    assert texts == [b.text for b in library.document(ArticleId("beiwan-daqiao")).blocks]


@pytest.mark.parametrize(
    ("tool", "values", "words"),
    [
        ("article", {"article": "../secret"}, "没有文章"),
        ("paragraph", {"link": "beiwan-daqiao/p29x"}, "/a/beiwan-daqiao/p29s/"),
        ("paragraph", {"link": "http://[\0"}, "没有段落"),
        ("follow_link", {"link": f"{BASE}/terms/ai/"}, "没有段落"),
        ("term", {"words": "没有这个词"}, "没有词语"),
        ("speaker", {"name": "没有这个人"}, "没有人物"),
        ("compare", {"a": "beiwan-daqiao", "b": ""}, "没有文章"),
        ("search", {"words": ""}, "at least 1"),
        ("article", {"article": "beiwan-daqiao", "start": 0}, "greater than"),
    ],
)
def test_a_bad_question_is_refused_with_its_reason(
    library: Library, tool: str, values: dict[str, Any], words: str
):
    (answer,) = ask(library, (tool, values))
    assert isinstance(answer, str) and words in answer and "Traceback" not in answer


def test_tools_say_that_they_only_read(library: Library):
    found = tools(library)
    assert set(found) == {
        "search", "uses", "article", "paragraph", "follow_link", "where_else", "term", "speaker", "compare",
    }  # fmt: skip
    assert all(t.annotations.read_only_hint and len(t.description) > 40 for t in found.values())
    assert all(t.output_schema["properties"]["link"] for t in found.values() if t.name != "where_else")
    described = [p for t in found.values() for p in t.input_schema["properties"].values()]
    assert all(p.get("maxLength") or p.get("maximum") for p in described)


def test_the_command_speaks_the_protocol_on_standard_output(home: Path):
    """One process: handshake, a call, the end of the input."""

    async def session() -> str:
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "app", "mcp", "--content", str(home / "content")],
            env={**os.environ, "MEIPI_BASE_URL": BASE},
        )
        async with Client(stdio_client(command)) as client:
            result = await client.call_tool("paragraph", {"link": "beiwan-daqiao/p29s"})
            return str(result.structured_content["link"])  # type: ignore[index]

    assert in_a_thread(session) == f"{BASE}/a/beiwan-daqiao/p29s/"
