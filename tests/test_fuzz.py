"""Random input for every parser and every address."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import traceback
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from bench import hostile, schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from readymade import give_language
from schemathesis.core.failures import FailureGroup

from app.content.article_file import parse_article
from app.content.store import Content
from app.errors import ContentError
from app.index import open_index
from app.library.library import Library
from app.model import ArticleId, Correction
from app.serving.main import create_app
from app.settings import Settings
from app.text.query import Query, excerpt, hits, parse, text_of

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def described(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The API as its own OpenAPI document describes it.

    With its dictionary: who asks waits ten seconds and no longer, less than it may take to make one.
    """
    home = tmp_path_factory.mktemp("described")
    shutil.copytree(indexed, home, dirs_exist_ok=True)
    give_language(home / "var")
    folders = {"content": home / "content", "var": home / "var"}
    app = create_app(Settings(**folders, watch=False, rate_limit="", allowed_hosts="*"))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path, bytes]]:
    """The port of a real server, its log, and an editor's cookie."""
    home = tmp_path_factory.mktemp("hostile")
    give_language(home / "var")
    with hostile.served(home, warm=False) as server:
        yield server


class TestTheApi:
    @pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda m: m.value)
    def test_keeps_what_its_openapi_document_promises(self, described: Any, mode: Any):
        broken: dict[str, str] = {}

        def try_out(operation: Any) -> None:
            @given(case=operation.as_strategy(generation_mode=mode), there=st.booleans())
            @settings(
                max_examples=8,
                derandomize=True,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
                database=None,
            )
            def ask(case: schemathesis.Case, there: bool) -> None:
                if there and mode.is_positive:
                    known = hostile.there(operation.path)
                    case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
                answer = case.call_and_validate(checks=schema.CHECKS)
                # An oEmbed provider that lacks a format says 501: oembed.com, 2.3.
                assert answer.status_code < 500 or answer.status_code == 501

            ask()

        for result in described.get_all_operations():
            operation = result.ok()
            try:
                try_out(operation)
            except Unsatisfiable:  # nothing that its parameters could not be
                continue
            except (Exception, FailureGroup) as error:
                broken[operation.label] = "".join(traceback.format_exception(error))[-3000:]
        assert broken == {}


def apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Run in a thread of its own: a browser of another test may hold this one's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class TestARealServer:
    def test_answers_hostile_requests_without_a_stumble(self, real: tuple[int, Path, bytes]):
        """A hundred thousand of them: `make faults`."""
        port, log, cookie = real
        told = apart(hostile.attack(port, 900, seed=20240801, longest=20, cookie=cookie))
        assert told.faults == []
        assert hostile.errors(log) == []
        assert told.statuses[200] > 100 and told.statuses[404] > 100

    def test_is_not_held_up_by_those_who_send_half_a_request(self, real: tuple[int, Path, bytes]):
        async def hold(port: int) -> int:
            halves = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
            for _, writer in halves:
                writer.write(b"GET /terms/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            answer = await hostile.ask(port, b"GET /terms/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", patience=20)
            for _, writer in halves:
                writer.close()
            return answer.status

        assert apart(hold(real[0])) == 200


# Pieces that mean something to one of the parsers, among any other text.
_MARKUP = (
    "---\n", "corrections:\n", "- words: ", "speaker: ", "speech: false", "title: ", "date: ", "{.caption}\n",
    "> ", "## ", "- ", "[", "]", "{", "}", "&a ", "*a", "!!python/object:os.system ", "|\n", '"', "'", "\\",
    "渡口", "：“", "”", " OR ", "-", "AND", " NEAR ", "(", ")", "*", "\u3000", "\u202e", "\0", "\u2028",
    "1e999", "0x", "~", "<script>", "%00",
)  # fmt: skip
SALT = st.sampled_from(_MARKUP)
SALTED = st.lists(SALT | st.text(max_size=8), max_size=14).map("".join)


class TestParsers:
    @given(front=SALTED, body=SALTED)
    def test_an_article_is_read_or_refused_at_a_line(self, front: str, body: str):
        text = f"---\ntitle: 题\n{front}\n---\n{body}"
        try:
            header, pieces, corrections = parse_article(ArticleId("x"), text, "x/article.md")
        except ContentError as fault:
            assert (
                0 <= fault.line <= text.count("\n") + text.count("\r") + 2 and fault.problem and fault.remedy
            )
        else:
            assert header.title and all(p.text.strip() for p in pieces)
            assert all(isinstance(c, Correction) for c in corrections)

    @given(
        item=st.dictionaries(
            st.sampled_from(["words", "speaker", "speech", "type", "role", "kind", "person", "x"]),
            st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.just([1]),
            max_size=4,
        )
    )
    def test_a_correction_is_read_or_refused_at_its_line(self, item: dict[str, Any]):
        text = f"---\ntitle: 题\ncorrections:\n- {json.dumps(item)}\n---\n甲。\n"
        try:
            (made,) = parse_article(ArticleId("x"), text, "x/article.md")[2]
        except ContentError as fault:
            assert fault.line in (3, 4) and fault.code in ("A03", "A04", "A11")
        else:
            assert made.words or made.speaker

    @pytest.mark.parametrize("folder", ["glossary", "speakers"])
    def test_yaml_is_read_or_refused_at_a_line(self, folder: str, tmp_path: Path):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "x.yaml"

        @given(text=SALTED, entry=st.booleans())
        @settings(max_examples=60)
        def write(text: str, entry: bool) -> None:
            path.write_text(f"- id: x\n  term: 渡口\n  {text}" if entry else text, "utf-8", "replace")
            _, findings = Content(tmp_path).usable_knowledge()
            lines = path.read_text("utf-8").count("\n") + 2
            assert all(f.path == str(path) and 0 <= f.line <= lines and f.remedy for f in findings)

        write()

    @settings(derandomize=True)
    @given(text=SALTED | st.text(max_size=300))
    def test_a_query_is_always_understood_and_can_be_told_again(self, text: str):
        query = parse(text)
        assert isinstance(query, Query)
        assert parse(text_of(query)).groups == query.groups
        spans = hits(text, query.words)
        assert all(0 <= s.start < s.end <= len(text) for s in spans)
        assert all(piece.strip("…") in text for piece in excerpt(text, spans, most=40))

    def test_any_query_is_answered_by_the_library(self, home: Path):
        library = Library(Content(home / "content"), open_index("", home / "var"))

        @given(text=SALTED, after=SALTED)
        @settings(max_examples=80)
        def ask(text: str, after: str) -> None:
            for line in library.search(text, after=after).found.lines:
                assert line.text[line.span.start : line.span.end]

        ask()
        library.index.close()

    @pytest.mark.parametrize("command", ["reflow", "annotate", "trace"])
    def test_json_lines_are_answered_one_by_one_whatever_they_hold(self, command: str, home: Path):
        """One process gets them all; every line in has its line out, in order."""
        values = (
            None, True, 0, -1, 1e308, "", "船", "\ud800", "\0", [], [[]], [[""]], {}, {"id": {}}, "a" * 5000,
        )  # fmt: skip
        keys = ("id", "text", "paragraphs", "versions", "title")
        lines = [json.dumps({k: v}) for k in keys for v in values]
        lines += [json.dumps({"id": i, "text": t}) for i, t in zip(values, values[::-1], strict=True)]
        lines += [json.dumps({"id": "v", "versions": [[v], ["甲"]]}) for v in values]
        lines += [
            "{",
            "null",
            "[]",
            '{"id": NaN, "text": "甲"}',
            '{"a":' * 3000,
            "\ufeff{}",
            '{"id":"\\ud800","text":"甲"}',
        ]
        data = (
            "\n".join(lines).encode("utf-8", "surrogatepass")
            + b"\n\xff\xfe\n"
            + b'{"id":"last","text":"\xe7"}\n'
        )
        done = subprocess.run(
            [sys.executable, "-m", "app", command, "--content", str(home / "content"), "--jsonl"],
            input=data,
            capture_output=True,
            cwd=ROOT,
        )
        out = [json.loads(line) for line in done.stdout.decode("utf-8", "surrogatepass").splitlines()]
        assert b"Traceback" not in done.stderr
        assert len(out) == len(lines) + 2
        assert done.returncode == 1
        assert all("id" in answer for answer in out)
