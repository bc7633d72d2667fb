"""The commands: their output, their exit codes, and a clear message for every bad input."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from processes import free_port, until

from app import __version__
from app.cli import cli, main
from app.importers import cage
from app.index import open_index
from app.model import ArticleId

ROOT = Path(__file__).parent.parent
Edit = Callable[..., None]
TEXT = "　　新码头上周开工。施工员赵一民说：“桩要打到岩石上。”附近的居民都来\n看热闹，孩子们数着桩。\n"


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, f"{name} is listed and does not exist"
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield before + name, command


# Every command by its words, including those of groups.
COMMANDS = dict(leaves(cli))
assert len(COMMANDS) > 11


@dataclass
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        # Not splitlines, which would also split at U+2028 inside a text.
        return [json.loads(line) for line in self.out.removesuffix("\n").split("\n")]


Run = Callable[..., Done]


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `meipi …` as the console script does; `content` says on which folder, None on none."""

    def command(
        *arguments: str | Path, stdin: bytes | str = b"", content: Path | None = home / "content"
    ) -> Done:
        words = [str(a) for a in arguments]
        if content is not None:
            words += ["--content", str(content)]
        monkeypatch.setattr(sys, "argv", ["meipi", *words])
        data = stdin.encode("utf-8", "surrogatepass") if isinstance(stdin, str) else stdin
        code = 0
        with CliRunner().isolation(input=io.BytesIO(data)) as (out, err, *_):
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
            sys.stdout.flush()
            sys.stderr.flush()
        return Done(code, out.getvalue().decode("utf-8"), err.getvalue().decode("utf-8"))

    return command


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def file(name: str, data: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return file


def lines(*records: object) -> str:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)


class TestTheCommandItself:
    def test_says_its_version_and_its_commands(self, run: Run):
        assert __version__ in run("--version", content=None).out
        text = run("--help", content=None).out
        for name in cli.list_commands(click.Context(cli)):
            assert name in text

    @pytest.mark.parametrize("name", COMMANDS)
    def test_explains_every_command_and_option(self, run: Run, name: str):
        done = run(*name.split(), "--help", content=None)
        assert done.code == 0 and "用法: meipi" in done.out
        for parameter in COMMANDS[name].params:
            if option := next((o for o in parameter.opts if o.startswith("--")), None):
                assert option in done.out
                assert getattr(parameter, "help", ""), f"{option} has no help"

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_takes_a_content_folder(self, name: str):
        assert "--content" in [o for p in COMMANDS[name].params for o in p.opts]

    @pytest.mark.parametrize(
        "words",
        [("keine",), ("reflow",), ("annotate",), ("add",), ("search",), ("trace",), ("reflow", "--keine")],
    )
    def test_ends_with_2_when_it_is_used_wrongly(self, run: Run, words: tuple[str, ...]):
        done = run(*words)
        assert done.code == 2 and done.err and "Traceback" not in done.err

    @pytest.mark.parametrize(
        "name", ["reflow", "annotate", "trace", "check", "search", "index", "save", "serve", "export"]
    )
    def test_a_content_folder_that_is_not_there_is_told(self, run: Run, tmp_path: Path, name: str):
        more = {"search": ["船"], "reflow": ["-"], "annotate": ["-"], "export": ["jsonl"]}.get(name, [])
        done = run(name, *more, content=tmp_path / "keine", stdin=TEXT)
        assert done.code in (1, 2) and "keine" in done.err and "Traceback" not in done.err
        assert not (tmp_path / "keine").exists()

    def test_a_setting_that_does_not_exist_is_told(self, run: Run, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("MEIPI_CONTNET", "x")
        done = run("check")
        assert done.code in (1, 2) and "MEIPI_CONTNET" in done.err and "MEIPI_CONTENT" in done.err

    def test_an_index_that_cannot_be_made_is_told(
        self, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("MEIPI_VAR", str(home / "content/glossary/beiwan.yaml"))
        done = run("search", "船")
        assert done.code == 1 and "beiwan.yaml" in done.err and "Traceback" not in done.err

    def test_a_full_disk_is_told(self, run: Run, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch):
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device", "article.md")

        monkeypatch.setattr("app.content.store.write_bytes", full)
        done = run("add", write("a.txt", TEXT))
        assert done.code == 1 and "磁盘已满" in done.err and "Traceback" not in done.err


class TestReflow:
    def test_prints_paragraphs(self, run: Run, write: Callable[..., Path]):
        done = run("reflow", write("a.txt", TEXT))
        assert done.code == 0
        assert done.out.strip() == TEXT.strip().replace("\n", "").removeprefix("　　")

    def test_reads_standard_input(self, run: Run):
        assert "看热闹" in run("reflow", "-", stdin=TEXT).out

    def test_gives_one_json_object_a_file(self, run: Run, write: Callable[..., Path]):
        done = run("reflow", "--json", write("a.txt", TEXT), write("b.txt", "桥通了。\n"))
        assert [r["id"] for r in done.json] == ["a", "b"]
        assert set(done.json[0]) == {"id", "wrapped", "blocks"}
        assert done.json[0]["blocks"] == [
            {"kind": "paragraph", "text": TEXT.strip().replace("\n", "").lstrip("　"), "lines": [1, 2]}
        ]

    def test_explains_every_line_end(self, run: Run, write: Callable[..., Path]):
        path = write("a.txt", TEXT + "　　末班船停了。\n")
        (record,) = run("reflow", "--json", "--explain", path).json
        assert {e["line"] for e in record["line_ends"]} <= {1, 2, 3}
        assert all(e["why"] and 0 <= e["sure"] <= 1 for e in record["line_ends"])
        assert "←" in run("reflow", "--explain", path).out

    def test_streams_json_lines_in_order(self, run: Run):
        records = [{"id": f"n{n}", "text": f"第{n}班船到了。\n"} for n in range(50)]
        done = run("reflow", "--jsonl", stdin=lines(*records))
        assert done.code == 0
        assert [r["id"] for r in done.json] == [r["id"] for r in records]
        assert [r["blocks"][0]["text"] for r in done.json] == [str(r["text"]).strip() for r in records]

    def test_an_id_of_any_kind_comes_back_as_it_is(self, run: Run):
        for command, more in (
            ("reflow", {"text": "船。"}),
            ("annotate", {"text": "船。"}),
            ("trace", {"versions": [["船。"]]}),
        ):
            done = run(
                command, "--jsonl", stdin=lines(*({"id": id, **more} for id in (0, 7, "a/ b", None, "甲")))
            )
            assert [r["id"] for r in done.json] == [0, 7, "a/ b", None, "甲"], command

    def test_a_bad_line_is_answered_and_the_rest_goes_on(self, run: Run):
        good = {"id": "a", "text": "船停了。"}
        bad = [
            b"{",
            b"[]",
            b"7",
            b'{"id": "x"}',
            b'{"id": "y", "text": 7}',
            b"\xff\xfe",
            b'{"id": "z", "text": null}',
            b"[" * 100_000,
        ]
        for line in bad:
            done = run("reflow", "--jsonl", stdin=lines(good).encode() + line + b"\n" + lines(good).encode())
            assert done.code == 1
            first, middle, last = done.json
            assert first == last and first["blocks"]
            assert middle["error"]
            assert done.err.startswith("-:2: F00 ") and "; " in done.err and "Traceback" not in done.err
        assert run("reflow", "--jsonl", stdin=b'{"id": "y", "text": 7}\n').json[0]["id"] == "y"

    def test_blank_lines_and_a_byte_order_mark_are_passed_over(self, run: Run):
        done = run(
            "reflow",
            "--jsonl",
            stdin="\ufeff"
            + lines({"id": "a", "text": "船。"})
            + "\n \n"
            + lines({"id": "b", "text": "桥。"}),
        )
        assert done.code == 0 and [r["id"] for r in done.json] == ["a", "b"]

    def test_halves_of_surrogate_pairs_come_back_as_they_came(self, run: Run):
        done = run("reflow", "--jsonl", stdin='{"id": "a", "text": "船\\ud800停了。"}\n')
        assert done.code == 0
        assert "\ud800" in done.json[0]["blocks"][0]["text"]


class TestAnnotate:
    def test_tells_what_it_found(self, run: Run, write: Callable[..., Path]):
        done = run("annotate", "--explain", write("a.txt", "镇长林清和说：“三渡一桥的规划提了十年。”\n"))
        assert done.code == 0 and "林清和" in done.out and "三渡一桥" in done.out

    def test_gives_the_article_document(self, run: Run, write: Callable[..., Path]):
        (document,) = run(
            "annotate", "--json", write("a.txt", "镇长林清和说：“三渡一桥的规划提了十年。”\n")
        ).json
        assert document["id"] == "a"
        assert [o["term"] for o in document["occurrences"]] == ["san-du-yi-qiao"]
        assert document["speakers"][0]["id"] == "lin-qinghe"

    def test_paragraphs_that_are_known_are_taken_as_they_are(self, run: Run):
        paragraphs = ["船停了，", "桥通了。", "", "  ", "a" * 5, "渡口\n渡口"]
        (document,) = run("annotate", "--jsonl", stdin=lines({"id": "a", "paragraphs": paragraphs})).json
        assert [b["text"] for b in document["blocks"]] == paragraphs
        assert len({b["id"] for b in document["blocks"]}) == len(paragraphs)
        assert len(document["occurrences"]) == 2

    @pytest.mark.parametrize("paragraphs", ["船", [7], [None], [["船"]], {"a": 1}, None])
    def test_paragraphs_that_are_none_are_told(self, run: Run, paragraphs: object):
        done = run("annotate", "--jsonl", stdin=lines({"id": "a", "paragraphs": paragraphs}))
        assert done.code == 1 and "paragraphs" in done.json[0]["error"]

    def test_any_characters_are_answered(self, run: Run):
        texts = [
            "\ud800",
            "\udc00说：“\ud800”",
            "\0",
            "\u2028\u2029",
            "𠮷" * 9,
            "“" * 500,
            "”" * 500,
            "说：" * 300,
            "\ufeff",
            "e\u0301" * 9,
        ]
        records = [{"id": str(n), "paragraphs": [t]} for n, t in enumerate(texts)]
        records += [{"id": str(n), "text": t} for n, t in enumerate(texts, len(texts))]
        done = run("annotate", "--jsonl", stdin="".join(json.dumps(r) + "\n" for r in records))
        assert "Traceback" not in done.err and done.code == 0, done.err
        assert [r["id"] for r in done.json] == [r["id"] for r in records]

    def test_writes_nothing_into_content(self, run: Run, home: Path):
        before = sorted(p for p in (home / "content").rglob("*"))
        run("annotate", "-", stdin=TEXT)
        assert sorted(p for p in (home / "content").rglob("*")) == before


class TestTrace:
    def test_follows_ids_through_versions(self, run: Run):
        versions = [["船停了，桥通了。", "等船的日子成了往事。"], ["船停了，大桥通了。"]]
        (record,) = run("trace", "--jsonl", stdin=lines({"id": "a", "versions": versions})).json
        assert set(record) == {"id", "versions", "gone"}
        (first, second), (again,) = record["versions"]
        assert set(first) == {"id", "step", "score"}
        assert again["id"] == first["id"] and first["step"] == "new"
        assert record["gone"] == [{"id": second["id"], "version": 2, "state": "removed", "target": None}]

    @pytest.mark.parametrize("versions", [None, "船", ["船"], [[7]], [["船"], "桥"]])
    def test_versions_that_are_none_are_told(self, run: Run, versions: object):
        done = run("trace", "--jsonl", stdin=lines({"id": "a", "versions": versions}))
        assert done.code == 1 and "versions" in done.json[0]["error"]

    def test_reads_the_versions_from_files(self, run: Run, write: Callable[..., Path]):
        files = write("1.txt", TEXT), write("2.txt", TEXT.replace("上周", "昨天"))
        (record,) = run("trace", "--json", *files).json
        assert record["versions"][0][0]["id"] == record["versions"][1][0]["id"]
        assert record["versions"][0][0]["id"] in run("trace", *files).out


class TestAdd:
    def test_shows_what_was_decided_and_writes_it(self, run: Run, home: Path, write: Callable[..., Path]):
        done = run("add", write("matou.txt", TEXT), "--date", "2024-06")
        assert done.code == 0 and "赵一民" in done.out and "/a/matou/" in done.out and "编者拟" in done.out
        assert (home / "content/articles/matou/source.txt").read_text("utf-8") == TEXT
        assert run("check").code == 0

    def test_a_dry_run_names_facts_that_the_text_lacks(self, run: Run, write: Callable[..., Path]):
        text = "新馆昨日开放\n\n2024-03-05　青川日报\n\n图书馆昨日向公众开放，第一天就有八百人到馆。\n"
        out = run("add", write("guan.txt", text), "--dry-run").out
        assert "请核对：作者没有在原文里找到（改 article.md 的 author）" in out
        assert "题目没有" not in out and "日期没有" not in out
        out = run("add", write("guan.txt", text), "--title", "旧馆", "--dry-run").out
        assert "题目“旧馆”没有在原文里找到" in out

    def test_names_the_line_ends_that_may_be_decided_wrongly(self, run: Run, write: Callable[..., Path]):
        lines = (
            "老城区的古桥即将重修 chóng",
            "雾一重又一重 chóng",
            "小树长得比屋檐还高 zhǎng",
            "河面宽，桥自然长 cháng",
        )
        text = "\n".join(lines)
        assert "拿不准的行尾 1 处：第 2 行" in run("add", write("qiao.txt", text)).out
        assert "拿不准" not in run("add", write("matou.txt", TEXT)).out

    def test_twice_changes_nothing(self, run: Run, home: Path, write: Callable[..., Path]):
        path = write("matou.txt", TEXT)
        run("add", path)
        before = {p: p.read_bytes() for p in (home / "content/articles").rglob("*") if p.is_file()}
        again = run("add", path)
        assert again.code == 0 and "没有改动" in again.out
        assert {p: p.read_bytes() for p in (home / "content/articles").rglob("*") if p.is_file()} == before

    def test_a_dry_run_writes_nothing(self, run: Run, home: Path, write: Callable[..., Path]):
        done = run("add", write("matou.txt", TEXT), "--dry-run")
        assert done.code == 0 and "将写入" in done.out
        assert not (home / "content/articles/matou").exists()

    def test_a_folder_is_added_file_by_file_and_a_bad_one_stops_nobody(
        self, run: Run, home: Path, tmp_path: Path
    ):
        folder = tmp_path / "lai"
        folder.mkdir()
        for n in range(3):
            (folder / f"text-{n}.txt").write_text(TEXT.replace("上周", f"{n}月"), "utf-8")
        (folder / "text-1.txt").write_bytes(b"\x89PNG\r\n" + bytes(range(256)) * 9)
        done = run("add", folder)
        assert done.code == 1
        assert f"{folder / 'text-1.txt'}:0: F13" in done.err
        assert {"text-0", "text-2"} <= {p.name for p in (home / "content/articles").iterdir()}

    def test_a_first_article_makes_the_folder(self, run: Run, tmp_path: Path, write: Callable[..., Path]):
        done = run("add", write("matou.txt", TEXT), content=tmp_path / "neu/content")
        assert done.code == 0
        assert (tmp_path / "neu/content/articles/matou/ledger.jsonl").is_file()

    def test_gives_one_json_object_a_file(self, run: Run, write: Callable[..., Path]):
        (record,) = run("add", "--json", write("matou.txt", TEXT)).json
        assert record["known"] is False and record["document"]["id"] == "matou"
        assert run("add", "--json", write("matou.txt", TEXT)).json[0]["known"] is True

    def test_title_and_id_belong_to_one_file(self, run: Run, write: Callable[..., Path]):
        done = run("add", write("a.txt", TEXT), write("b.txt", TEXT), "--id", "x")
        assert done.code == 2

    def test_says_where_every_paragraph_goes_when_a_text_comes_again(
        self, run: Run, write: Callable[..., Path]
    ):
        run("add", write("matou.txt", TEXT))
        done = run("add", write("matou-2.txt", TEXT.replace("上周", "昨天")), "--id", "matou")
        assert done.code == 0 and "matou" in done.out


class TestSave:
    def test_shows_where_ids_go_and_records_a_revision(self, run: Run, edit: Edit):
        assert run("save", "dushu-jie").out.strip() == "dushu-jie: 没有改动"
        edit("dushu-jie", "第六届", "第七届")
        shown = run("save", "--dry-run")
        assert shown.code == 0 and "nhjm" in shown.out and "第 2 次" in shown.out
        assert run("save", "dushu-jie", "--note", "改届数").out.strip().endswith("已记为第 2 次修订")
        assert run("save").out == ""

    def test_an_unknown_article_is_named(self, run: Run, edit: Edit):
        edit("dushu-jie", "第六届", "第七届")
        done = run("save", "keine", "dushu-jie")
        assert done.code == 1 and "keine" in done.err
        assert "第 2 次修订" in done.out

    def test_an_editor_may_decide(self, run: Run):
        done = run("save", "dushu-jie", "--decide", "rs6z=-")
        assert done.code == 0 and "rs6z" in done.out

    @pytest.mark.parametrize(
        "decision", ["", "=", "rs6z", "rs6z=", "=3", "rs6z=99", "rs6z=0", "xxxx=1", "rs6z=xxxx"]
    )
    def test_a_decision_that_makes_no_sense_is_told(self, run: Run, decision: str):
        done = run("save", "dushu-jie", "--decide", decision)
        assert done.code in (1, 2) and done.err and "Traceback" not in done.err

    def test_a_broken_article_stops_nobody(self, run: Run, edit: Edit):
        edit("beiwan-daqiao", "title: 北湾", "title: [北湾")
        edit("dushu-jie", "第六届", "第七届")
        done = run("save")
        assert done.code == 1 and "A03" in done.err and "第 2 次修订" in done.out


class TestCheck:
    def test_a_sound_library(self, run: Run):
        done = run("check")
        assert (done.code, done.out.strip()) == (0, "没有发现问题")

    def test_the_library_that_comes_with_the_program(self, run: Run):
        done = run("check", content=ROOT / "content")
        assert (done.code, done.out.strip()) == (0, "没有发现问题"), done.out

    def test_names_findings_one_a_line(self, run: Run, home: Path):
        path = home / "content/glossary/x.yaml"
        path.write_text("- id: jia\n  term: 甲\n- {id: dukou, term: 渡, kind: place, zh: 。}\n", "utf-8")
        done = run("check")
        assert done.code == 1
        assert f"{path}:1: G02 " in done.out and f"{path}:3: G03 " in done.out
        records = run("check", "--json").json
        assert {r["code"] for r in records} >= {"G02", "G03"} and all(r["remedy"] for r in records)


class TestUnknownCommands:
    @pytest.mark.parametrize(
        ("typed", "meant"), [("import", "add"), ("start", "serve"), ("serv", "serve"), ("exprt", "export")]
    )
    def test_the_fault_names_the_command_that_is_meant(self, run: Run, typed: str, meant: str):
        done = run(typed)
        assert done.code == 2 and f"meipi {meant}”" in done.err

    def test_a_word_like_no_command_gets_no_hint(self, run: Run):
        done = run("zzz")
        assert done.code == 2 and "zzz" in done.err and "你要的" not in done.err


class TestIndexSearchExport:
    def test_the_index_is_brought_up_to_date(self, run: Run, edit: Edit):
        edit("dushu-jie", "第六届", "第七届")
        done = run("index")
        assert done.code == 0 and "标注 1 篇" in done.err and "共 3 篇" in done.err
        assert "标注 0 篇" in run("index").err

    def test_findings_are_named_and_the_rest_is_indexed(self, run: Run, edit: Edit):
        edit("beiwan-daqiao", "title: 北湾", "title: [北湾")
        done = run("index")
        assert done.code == 1 and "A03" in done.err and "共 3 篇" in done.err

    def test_a_damaged_index_is_made_anew(self, run: Run, home: Path):
        (home / "var/index.sqlite3").write_bytes(b"no database at all")
        assert "共 3 篇" in run("index").err

    @pytest.mark.parametrize("filter", ["--article", "--term", "--speaker"])
    def test_names_a_filter_that_does_not_exist(self, run: Run, filter: str):
        done = run("search", "渡口", filter, "nosuch")
        assert done.code == 1 and "nosuch" in done.err and not done.out

    def test_search_finds_paragraphs(self, run: Run):
        done = run("search", "渡口 博物馆")
        assert done.code == 0 and "/a/beiwan-daqiao/p29s/" in done.out and "共 1 段" in done.err
        (hit,) = run("search", "--json", "渡口 博物馆").json
        assert (hit["article"], hit["block"], hit["text"][hit["start"] : hit["end"]]) == (
            "beiwan-daqiao",
            "p29s",
            "渡口",
        )

    def test_search_narrows(self, run: Run):
        assert "dushu-jie" not in run("search", "船", "--speaker", "lin-qinghe").out
        assert run("search", "船", "--article", "keine").out == ""
        assert run("search", "渡", "--term", "dukou", "--limit", "1").out.count("\n") == 1

    @pytest.mark.parametrize("query", ["", " ", "'", '"', "\udcff", "%", "船" * 2000, " ".join("船渡" * 900)])
    def test_any_query_is_answered(self, run: Run, query: str):
        done = run("search", query)
        assert done.code == 0 and "Traceback" not in done.err

    def test_export_writes_a_document_a_line(self, run: Run, tmp_path: Path):
        done = run("export", "jsonl")
        assert [r["id"] for r in done.json] == ["beiwan-daqiao", "dushu-jie", "shanlu-chaguan"]
        assert run("export", "jsonl", "dushu-jie", "-o", tmp_path / "out.jsonl").code == 0
        assert json.loads((tmp_path / "out.jsonl").read_text("utf-8"))["id"] == "dushu-jie"

    def test_export_names_what_it_cannot_write(self, run: Run, tmp_path: Path):
        done = run("export", "jsonl", "keine", "dushu-jie")
        assert done.code == 1 and "keine" in done.err and done.json[0]["id"] == "dushu-jie"
        (tmp_path / "file").write_text("no folder")
        done = run("export", "jsonl", "-o", tmp_path / "file/out.jsonl")
        assert done.code in (1, 2) and "file" in done.err and "Traceback" not in done.err


BAD: dict[str, bytes] = {
    "empty": b"",
    "only spaces": " \n\u3000\n".encode(),
    "binary": bytes(range(256)) * 40,
    "a picture": b"\x89PNG\r\n\x1a\n" + os.urandom(3000),
    "an ELF program": b"\x7fELF" + bytes(4000),
    "a broken zip": b"PK\x03\x04" + b"x" * 500,
    "a broken pdf": b"%PDF-1.7\n%%EOF",
    "only NUL": b"\0" * 3000,
}
GOOD: dict[str, bytes] = {
    "GB18030": (TEXT * 3).encode("gb18030"),
    "UTF-16": (TEXT * 3).encode("utf-16"),
    "UTF-8 with a mark": (TEXT * 3).encode("utf-8-sig"),
    "one NUL": (TEXT * 3).encode() + b"\0",
    "Mac line ends": (TEXT * 3).replace("\n", "\r").encode(),
}
TRADITIONAL = "　　這間茶館開了四十年。從前挑夫在這裡歇腳，如今來的多是登山的年輕人，老闆娘說生意還好。\n" * 3


class TestBadInput:
    @pytest.mark.parametrize("command", [("reflow",), ("reflow", "--json"), ("annotate", "--json"), ("add",)])
    @pytest.mark.parametrize("name", BAD)
    def test_is_told_with_file_problem_and_remedy(
        self, run: Run, write: Callable[..., Path], name: str, command: tuple[str, ...]
    ):
        path, good = write("bad.txt", BAD[name]), write("good.txt", TEXT)
        done = run(*command, path, good)
        assert done.code == 1
        (line,) = done.err.splitlines()
        assert line.startswith(f"{path}:0: F1") and "; " in line
        assert "新码头" in done.out or "matou" in done.out or "good" in done.out, "the good file was not read"

    @pytest.mark.parametrize("command", ["reflow", "annotate", "add"])
    def test_a_missing_file_and_a_folder_are_told(self, run: Run, tmp_path: Path, command: str):
        done = run(command, tmp_path / "keine.txt")
        assert done.code == 1 and "keine.txt:0: F00 没有这个文件" in done.err
        if command != "add":
            done = run(command, tmp_path)
            assert done.code == 1 and "F00" in done.err

    @pytest.mark.parametrize("name", GOOD)
    def test_encodings_are_read(self, run: Run, write: Callable[..., Path], name: str):
        (record,) = run("reflow", "--json", write("a.txt", GOOD[name])).json
        assert "施工员赵一民说：“桩要打到岩石上。”" in record["blocks"][0]["text"]

    def test_big5_is_read(self, run: Run, write: Callable[..., Path]):
        (record,) = run("reflow", "--json", write("a.txt", TRADITIONAL.encode("big5"))).json
        assert "這間茶館開了四十年" in record["blocks"][0]["text"]

    def test_a_line_of_five_megabytes_is_read(self, run: Run, write: Callable[..., Path]):
        path = write("long.txt", "船停了桥通了，等船的日子成了往事。" * 100_000)
        (record,) = run("reflow", "--json", path).json
        assert sum(len(b["text"]) for b in record["blocks"]) == 1_700_000

    def test_a_long_line_of_quotations_is_annotated(self, run: Run, write: Callable[..., Path]):
        text = "周大年说：“可是船上能聊天。”渡口旁的AI，" * 4_000
        (document,) = run("annotate", "--json", write("long.txt", text)).json
        assert "".join(b["text"] for b in document["blocks"]) == text
        assert len(document["quotations"]) >= 4_000 and len(document["occurrences"]) == 8_000

    def test_a_ledger_that_was_cut_short_is_refused_and_restored(self, run: Run, home: Path):
        path = home / "content/articles/dushu-jie/ledger.jsonl"
        path.write_bytes(b"")
        done = run("save", "dushu-jie")
        assert done.code == 1 and "L09 账本是空的" in done.err and path.read_bytes() == b""
        assert "L09" in run("check").out
        assert run("save", "--from-index").code == 2
        done = run("save", "dushu-jie", "--from-index")
        assert done.code == 0 and "账本已恢复到第 1 次修订" in done.out
        assert run("check").code == 0 and "没有改动" in run("save", "dushu-jie").out
        path.unlink()
        assert "L09 缺少账本" in run("save").err
        assert run("save", "dushu-jie", "--trust-ledger").code == 0 and run("check").code == 0

    def test_a_broken_glossary_stops_no_command(self, run: Run, home: Path, write: Callable[..., Path]):
        (home / "content/glossary/x.yaml").write_text("- id: [\n", "utf-8")
        (home / "content/speakers/y.yaml").write_bytes(b"\xff\xfe\x00")
        for words in (
            ("annotate", "--json", write("a.txt", TEXT)),
            ("search", "船"),
            ("export", "jsonl"),
            ("add", write("b.txt", TEXT)),
        ):
            done = run(*words)
            # An export names the faults of its library.
            assert done.code == (words[0] == "export") and done.out, words
            assert "Traceback" not in done.err
            assert ("G01" in done.err) == (words[0] == "export"), words
        done = run("check")
        assert done.code == 1 and "G01" in done.out and "C01" in done.out

    def test_a_format_whose_extra_is_missing_is_told_and_the_rest_goes_on(
        self, run: Run, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(cage, "_worker", lambda function, *args, **options: function(*args, **options))
        monkeypatch.setitem(sys.modules, "lxml.html", None)
        monkeypatch.setitem(sys.modules, "lxml", None)
        page = write("a.html", f"<!doctype html><article><h1>题</h1><p>{TEXT * 4}</p></article>")
        done = run("add", page, write("matou.txt", TEXT))
        assert done.code == 1 and "需要扩展 'import'" in done.err and "/a/matou/" in done.out

    def test_output_that_nobody_reads_is_no_traceback(self, write: Callable[..., Path], home: Path):
        path = write("a.txt", "船停了。\n" * 50_000)
        command = [sys.executable, "-m", "app", "reflow", str(path), "--content", str(home / "content")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as running:
            assert running.stdout and running.stderr
            running.stdout.read(10)
            running.stdout.close()
            assert b"Traceback" not in running.stderr.read()


class TestServe:
    def test_answers_at_its_address_and_ends_when_it_is_told(self, home: Path):
        port = free_port()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")}
        command = [
            sys.executable,
            "-m",
            "app",
            "serve",
            "--port",
            str(port),
            "--content",
            str(home / "content"),
        ]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as server:
            try:

                def shown() -> bool:
                    assert server.poll() is None, server.stderr and server.stderr.read().decode()
                    with (
                        suppress(OSError),
                        urllib.request.urlopen(f"http://127.0.0.1:{port}/a/dushu-jie/") as answer,
                    ):
                        return "读书节" in answer.read().decode()
                    return False

                assert until(shown)
            finally:
                server.send_signal(signal.SIGTERM)
                _, err = server.communicate(timeout=60)
        assert f"http://127.0.0.1:{port}/" in err.decode()
        assert "Traceback" not in err.decode()

    def test_a_port_that_is_taken_is_told(self, home: Path):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            command = [
                sys.executable,
                "-m",
                "app",
                "serve",
                "--port",
                str(taken.getsockname()[1]),
                "--content",
                str(home / "content"),
            ]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120)
        assert done.returncode != 0
        assert b"address already in use" in done.stderr.lower() and b"Traceback" not in done.stderr


def test_what_commands_do_is_in_the_index_of_the_site(run: Run, home: Path, write: Callable[..., Path]):
    run("add", write("matou.txt", TEXT))
    index = open_index("", home / "var")
    assert index.document(ArticleId("matou")) is not None
    index.close()


def test_the_index_beside_content_is_used_by_default(run: Run, home: Path):
    shutil.rmtree(home / "var")
    run("index")
    assert (home / "var/index.sqlite3").is_file()


class TestCompare:
    OLD = "去年修好了三座石桥。桥头立了碑。\n\n水费按人头收取。\n"
    NEW = "去年修好了五座石桥。桥头立了碑。\n\n学校添了图书室，要抓“两件事”。\n"

    def test_two_files(self, run: Run, tmp_path: Path):
        (tmp_path / "a.md").write_text(self.OLD, "utf-8")
        (tmp_path / "b.md").write_text(self.NEW, "utf-8")
        done = run("compare", tmp_path / "a.md", tmp_path / "b.md")
        assert done.code == 0
        assert "改写  1 → 1\n    去年修好了[-三-]{+五+}座石桥。" in done.out
        assert "新增  — → 2\n" in done.out and "删去  2 → —\n" in done.out
        assert "水费按人头收取。" in done.out and "两件事 0→1" in done.out
        assert "桥头立了碑" not in done.out
        assert "未改 1" in done.err and "新增 1" in done.err

    def test_json_has_every_character_once(self, run: Run, tmp_path: Path):
        (tmp_path / "b.md").write_text(self.NEW, "utf-8")
        done = run("compare", "beiwan-daqiao", tmp_path / "b.md", "--json")
        (record,) = done.json
        assert record["a"]["id"] == "beiwan-daqiao" and record["b"]["id"] == "b"
        assert sum(record["counts"].values()) == len(record["changes"])
        for side in "ab":
            texts = [c[side]["text"] for c in record["changes"] if c[side]]
            assert sum(map(len, texts)) == record[side]["characters"]

    def test_an_unknown_article_and_too_long_texts(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        done = run("compare", "beiwan-daqiao", "none")
        assert done.code == 1 and "none" in done.err and "Traceback" not in done.err
        monkeypatch.setattr("app.library.comparing.MAX_CHARACTERS", 20)
        done = run("compare", "beiwan-daqiao", "dushu-jie")
        assert done.code == 1 and "20 字" in done.err and "请对照其中的部分" in done.err
