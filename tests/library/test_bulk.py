"""Many articles at once: lines of JSON, all cores, a cluster, and what happens when something dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any

import pytest
from corpus import Writer, articles
from processes import until
from starlette.testclient import TestClient

from app.document import to_json
from app.errors import MeipiError
from app.index import open_index
from app.library.batches import BATCH_SIZE, Job, annotate_all, annotate_lines
from app.library.jsonl import digest_of_line
from app.library.library import Library
from app.library.workers import Cluster, Processes, Workers
from app.model import ArticleId, Knowledge
from app.web.routes import PAGES

NEWS = ArticleId("beiwan-daqiao")


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path


def write_raw(path: Path, *records: object) -> Path:
    """The same in ASCII, which holds every character, halves of pairs too."""
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    return path


def take(library: Library, *paths: Path, workers: Workers | None = None) -> tuple[int, int, list[str]]:
    """The numbers of new and of known articles, and the faults."""
    taken = list(library.take_lines(paths, workers=workers))
    return sum(t.new for t in taken), sum(t.known for t in taken), [str(f) for t in taken for f in t.findings]


class TestLines:
    def test_texts_paragraphs_and_documents_are_articles(self, library: Library, tmp_path: Path):
        lines = write(
            tmp_path / "a.jsonl",
            {
                "id": "a",
                "text": "渡船停了。\n",
                "title": "停航",
                "date": "2024-05-01",
                "publication": "晚报",
            },
            {"id": "b", "paragraphs": ["林清和说：“渡口要修。”", "船停了。"]},
            to_json(library.document(NEWS)) | {"id": "c", "aliases": []},
        )
        assert take(library, lines) == (3, 0, [])
        first = library.document(ArticleId("a"))
        assert (first.header.title, first.header.date, first.header.publication) == (
            "停航",
            "2024-05-01",
            "晚报",
        )
        second = library.document(ArticleId("b"))
        assert [b.text for b in second.blocks] == ["林清和说：“渡口要修。”", "船停了。"]
        assert second.header.supplied and second.header.title == "林清和说"
        assert [q.speaker for q in second.quotations] == ["林清和"]
        assert {o.term for o in second.occurrences} == {"dukou"}
        assert library.search("渡口要修").found.lines[0].article == "b"

    def test_a_document_comes_back_as_it_was_exported(self, library: Library, tmp_path: Path):
        document = library.document(NEWS)
        take(library, write(tmp_path / "a.jsonl", to_json(document) | {"id": "c", "aliases": []}))
        again = library.document(ArticleId("c"))
        assert to_json(again) == to_json(document) | {"id": "c", "aliases": ()}
        assert again.cuts == document.cuts

    def test_the_same_lines_again_change_nothing(self, library: Library, tmp_path: Path):
        lines = write(tmp_path / "a.jsonl", *articles(100))
        assert take(library, lines) == (4, 0, [])
        before = library.index.generation()
        assert take(library, lines) == (0, 4, [])
        assert library.index.generation() == before

    def test_a_changed_line_is_annotated_anew(self, library: Library, tmp_path: Path):
        take(library, write(tmp_path / "a.jsonl", {"id": "a", "text": "旧船"}, {"id": "b", "text": "船"}))
        lines = write(tmp_path / "a.jsonl", {"id": "a", "text": "新船"}, {"id": "b", "text": "船"})
        assert take(library, lines) == (1, 1, [])
        assert library.document(ArticleId("a")).blocks[0].text == "新船"

    @pytest.mark.parametrize(
        "id",
        ["index.html", "index.md", "card.png", "portrait.png", "k222.br", ".part", "..", "a/b", "k222@1"],
    )
    def test_a_block_with_the_name_of_a_file_is_refused(self, library: Library, tmp_path: Path, id: str):
        self._refused(library, tmp_path, id)

    def test_a_block_with_the_name_of_a_page_is_refused(self, library: Library, tmp_path: Path):
        after = {r.path.split("/")[3] for r in PAGES if r.path.startswith("/a/{article}/")}
        taken = sorted(name for name in after if name and "{" not in name)
        assert {"speakers", "source"} <= set(taken)
        for name in taken:
            self._refused(library, tmp_path, name)

    def _refused(self, library: Library, tmp_path: Path, id: str) -> None:
        block = {"id": id, "n": 1, "kind": "paragraph", "text": "船"}
        lines = write(tmp_path / "a.jsonl", {"id": "x", "blocks": [block]}, {"id": "y", "text": "船"})
        new, _, (finding,) = take(library, lines)
        assert new in (0, 1) and repr(id) in finding and finding.startswith(f"{lines}:1: F03"), id

    def test_a_refresh_of_content_leaves_them_as_they_are(self, library: Library, tmp_path: Path):
        take(library, write(tmp_path / "a.jsonl", {"id": "a", "text": "船"}))
        assert library.refresh().removed == ()
        assert library.index.count() == 4 and library.document(ArticleId("a"))

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("{", "Expecting"),
            ("[]", "not a JSON object"),
            ('{"text": "船"}', "not an article id"),
            ('{"id": "A b", "text": "船"}', "not an article id"),
            ('{"id": "x"}', "neither text"),
            ('{"id": "x", "text": 3}', "neither text"),
            ('{"id": "x", "text": " "}', "holds no text"),
            ('{"id": "x", "paragraphs": ["a", 3]}', "not a list of texts"),
            ('{"id": "x", "text": "船", "date": "5月"}', "ISO 8601"),
            ('{"id": "x", "blocks": [{"id": "k222"}]}', "not an article document"),
            ('{"id": "x", "title": 3, "blocks": []}', "title: Expected `str`, got `int`"),
            (
                '{"id": "x", "blocks": [{"id": "Bcdf", "n": 1, "kind": "list", "text": "船"}]}',
                "'Bcdf' is not an id of a block",
            ),
            ('{"id": "x", "saved_at": "gestern", "blocks": []}', "ISO 8601"),
            ('{"id": "x", "saved_at": "2024-13-40", "blocks": []}', "ISO 8601"),
            ('{"id": "x", "saved_at": "2024-03-05T25:00:00", "blocks": []}', "ISO 8601"),
            ('{"id": "x", "saved_at": "2024-03-05 vormittags", "blocks": []}', "ISO 8601"),
            ('{"id": "x", "text": "船", "date": "2023-02-29"}', "ISO 8601"),
            ('{"id": "x", "date": "2024-00-10", "blocks": []}', "ISO 8601"),
            (
                '{"id": "x", "blocks": [{"id": "k222", "n": null, "kind": "list", "text": "船"}]}',
                "blocks[0].n: Expected `int`, got `null`",
            ),
            (
                '{"id": "x", "blocks": [{"id": "k\\ud800", "n": 1, "kind": "paragraph", "text": "船"}]}',
                "not an id",
            ),
            ('{"id": "x", "lang": "de", "blocks": []}', "lang: Invalid enum value 'de'"),
            ('{"id": "x", "aliases": ["\\u0000"], "blocks": []}', "not an id"),
            (
                '{"id": "x", "blocks": [{"id": "k222", "n": 1, "kind": "x", "text": "船"}]}',
                "blocks[0].kind: Invalid enum value 'x'",
            ),
            (
                '{"id": "x", "blocks": [{"id": "k222", "n": 1, "kind": "paragraph", "text": "船"}],'
                '"occurrences": [{"block": "k222", "start": 0, "end": 2, "text": "船", "term": "chuan",'
                '"core": true, "first": true}]}',
                "not a range of block",
            ),
            ('{"id": "beiwan-daqiao", "text": "船"}', "is in content/ already"),
            ("[" * 100_000, "recursion"),
        ],
    )
    def test_a_bad_line_is_named_and_the_rest_goes_on(
        self, library: Library, tmp_path: Path, line: str, problem: str
    ):
        path = tmp_path / "a.jsonl"
        path.write_text(f'{{"id": "a", "text": "船"}}\n\n{line}\n{{"id": "b", "text": "船"}}\n', "utf-8")
        new, _, findings = take(library, path)
        assert new == 2
        (finding,) = findings
        assert finding.startswith(f"{path}:3: F03") and problem in finding

    def test_two_halves_of_a_character_that_meet_are_one_and_a_lone_one_stays(
        self, library: Library, tmp_path: Path
    ):
        path = tmp_path / "a.jsonl"
        halves = "船\ud83d".encode("utf-8", "surrogatepass") + "\ude00停\ud83d".encode(
            "utf-8", "surrogatepass"
        )
        path.write_bytes(b'{"id": "a", "text": "' + halves + b'"}\n')
        assert take(library, path) == (1, 0, [])
        assert library.exact(ArticleId("a")).blocks[0].text == "船😀停\ud83d"

    def test_an_address_that_no_browser_should_follow_is_none(self, library: Library, tmp_path: Path):
        document = to_json(library.document(NEWS)) | {"id": "c", "aliases": [], "url": "javascript:alert(1)"}
        take(library, write(tmp_path / "a.jsonl", document))
        assert library.document(ArticleId("c")).header.url == ""

    def test_their_pages_and_paragraphs_are_served(
        self, library: Library, tmp_path: Path, open_site: Callable[..., TestClient]
    ):
        take(library, write(tmp_path / "a.jsonl", {"id": "a", "text": "渡船停了。", "title": "停航"}))
        (block,) = library.document(ArticleId("a")).blocks
        with open_site() as site:
            assert "渡船停了" in site.get("/a/a/").text
            assert site.get(f"/a/a/{block.id}/").status_code == 200
            assert site.get("/a/a/zzzz/").status_code == 404
            assert site.get("/a/a/speakers/").status_code == site.get("/a/a/source/").status_code == 200
            assert site.get(f"/api/v1/resolve/a/{block.id}").json()["state"] == "live"


class TestRenewed:
    """Articles of lines after the glossary changed, without their lines."""

    @pytest.fixture
    def lines(self, library: Library, tmp_path: Path) -> Path:
        path = write(
            tmp_path / "a.jsonl",
            *(
                {"id": f"a{n:03}", "text": "渡船停在木牌旁边。", "date": "2024-05-01"}
                for n in range(2 * BATCH_SIZE)
            ),
            to_json(library.document(NEWS)) | {"id": "whole", "aliases": []},
            {**to_json(library.document(NEWS)), "id": "parts", "aliases": [], "occurrences": []},
        )
        assert take(library, path) == (2 * BATCH_SIZE + 2, 0, [])
        path.unlink()
        return path

    def entry(self, home: Path) -> None:
        (home / "content/glossary/new.yaml").write_text(
            "- {id: mupai, term: 木牌, kind: concept, zh: 立着。}\n"
        )

    def renew(self, library: Library, **options: Any) -> int:
        told = list(library.renew_lines(**options))
        assert [f for t in told for f in t.findings] == []
        return sum(t.new for t in told)

    def test_nothing_is_done_while_nothing_changed(self, library: Library, lines: Path):
        before = library.index.generation()
        assert self.renew(library) == 0
        assert library.index.generation() == before

    def test_a_new_entry_is_found_in_them_and_whole_documents_stay(
        self, library: Library, lines: Path, home: Path
    ):
        whole, old = library.document(ArticleId("whole")), library.document(ArticleId("a007"))
        self.entry(home)
        assert self.renew(library, workers=FragileWorkers("")) == 2 * BATCH_SIZE
        assert self.renew(library) == 0
        assert {o.term for o in library.document(ArticleId("a007")).occurrences} == {"mupai"}
        assert library.document(ArticleId("a007")).blocks == old.blocks
        assert library.index.term_counts()["mupai"] == 2 * BATCH_SIZE  # type: ignore[index]
        assert library.document(ArticleId("whole")) == whole

    def test_they_are_what_their_lines_would_give(self, library: Library, home: Path, tmp_path: Path):
        records = [*articles(100), {"id": "b", "paragraphs": ["林清和说：“木牌要修。”"], "title": "牌\ud83d"}]
        lines = write_raw(tmp_path / "a.jsonl", *records)
        take(library, lines)
        self.entry(home)
        assert self.renew(library) == len(records)
        renewed = [library.document(ArticleId(r["id"])) for r in records]
        assert take(library, lines) == (0, len(records), [])
        for r in records:
            library.index.remove(ArticleId(r["id"]))
        take(library, lines)
        assert [library.document(ArticleId(r["id"])) for r in records] == renewed

    def test_a_run_that_is_broken_off_goes_on_where_it_was(
        self, library: Library, lines: Path, home: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("app.library.knowing._WRITE_AFTER", 0)
        self.entry(home)
        run = library.renew_lines()
        first = next(run).new
        run.close()  # type: ignore[attr-defined]
        assert 0 < first < 2 * BATCH_SIZE
        assert self.renew(library) == 2 * BATCH_SIZE - first


class TestAnswers:
    """What `meipi annotate --jsonl` says, on any number of cores."""

    def jobs(self, *lines: str | bytes) -> Iterator[Job]:
        for n, line in enumerate(lines, 1):
            yield Job("", f"-:{n}", line=line if isinstance(line, bytes) else line.encode())

    def test_come_in_order_whatever_the_lines_are(self, library: Library):
        lines = [json.dumps({"id": n, "text": f"第{n}条船停在渡口。"}) for n in range(2 * BATCH_SIZE)]
        lines[3:3] = ["{", '{"id": "x"}', '{"id": null, "paragraphs": ["渡口", "桥\\ud800"]}', "[1]"]
        here = list(annotate_lines(self.jobs(*lines), library.knowledge()))
        there = list(annotate_lines(self.jobs(*lines), library.knowledge(), workers=Processes(2)))
        assert there == here
        told = [json.loads(a.line) for a in here]
        assert [t["id"] for t in told[:8]] == [0, 1, 2, None, "x", None, None, 3]
        assert [bool(a.fault) for a in here[:8]] == [False, False, False, True, True, False, True, False]
        assert told[3]["error"] == here[3].fault and "neither text" in here[4].fault
        assert [b["text"] for b in told[5]["blocks"]] == ["渡口", "桥\ud800"]
        assert {o["term"] for o in told[0]["occurrences"]} == {"dukou"}

    def test_one_at_a_time_is_answered_before_the_next_is_read(self):
        read = 0

        def asked() -> Iterator[Job]:
            nonlocal read
            for job in self.jobs(*['{"id": 1, "text": "船"}'] * 3):
                read += 1
                yield job

        for n, answer in enumerate(annotate_lines(asked(), Knowledge()), 1):
            assert read == n and not answer.fault

    def test_one_that_ends_its_process_is_told_in_its_place(self):
        def asked() -> Iterator[Job]:
            for n in range(BATCH_SIZE + 3):
                yield Job(
                    "deadly" if n == 5 else "", f"-:{n}", line=json.dumps({"id": n, "text": "船"}).encode()
                )

        answers = list(annotate_lines(asked(), Knowledge(), workers=FragileWorkers("deadly")))
        assert len(answers) == BATCH_SIZE + 3
        assert [n for n, a in enumerate(answers) if a.fault] == [5]
        assert "kills the process" in json.loads(answers[5].line)["error"]

    def test_of_files_are_those_of_their_texts(self, library: Library):
        asked = [
            Job("a", "a.txt", line="渡船停在渡口。\n".encode("gb18030"), file="a.txt"),
            Job("b", "b.docx", line=b"PK\x03\x04" + b"x" * 99, file="b.docx"),
        ]
        first, second = annotate_lines(asked, library.knowledge())
        assert json.loads(first.line)["blocks"][0]["text"] == "渡船停在渡口。"
        assert second.fault.startswith("b.docx:")


class Fragile(Executor):
    """An executor that breaks, like a pool of processes, when a parcel holds an article that kills."""

    def __init__(self, deadly: str) -> None:
        self._deadly, self._broken = deadly, False

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self._broken:
            raise BrokenExecutor("broken before")
        if any(job.id == self._deadly for job in args[1]):
            self._broken = True
            future.set_exception(BrokenExecutor("a process ended"))
            return future
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class FragileWorkers:
    """Workers whose executors break over one article."""

    count = 2

    def __init__(self, deadly: str) -> None:
        self._deadly = deadly

    def start(self) -> Executor:
        return Fragile(self._deadly)

    def stop(self) -> None:
        return


def jobs(records: Sequence[dict[str, Any]]) -> Iterator[Job]:
    for n, record in enumerate(records):
        line = json.dumps(record).encode()
        yield Job(record["id"], f"a.jsonl:{n}", "jsonl", digest_of_line(line, ""), line=line)


def small(count: int) -> list[dict[str, Any]]:
    writer = Writer(5)
    return [{"id": f"a{n}", "paragraphs": [writer.clause() + "。"]} for n in range(count)]


class TestWorkers:
    def test_an_article_that_ends_its_process_is_set_aside_and_no_other(self):
        records = small(3 * BATCH_SIZE)
        done = list(annotate_all(jobs(records), Knowledge(), workers=FragileWorkers("a70")))
        assert sum(d.size for d in done) == len(records)
        assert [p.id for d in done for p in d.packed] == [r["id"] for r in records if r["id"] != "a70"]
        (failure,) = (f for d in done for f in d.failures)
        assert (failure.job.id, failure.job.where) == ("a70", "a.jsonl:70")
        assert "kills the process" in str(failure.fault)

    def test_memory_holds_few_parcels_however_many_there_are(self):
        taken = 0

        def counted() -> Iterator[Job]:
            nonlocal taken
            for job in jobs(small(20 * BATCH_SIZE)):
                taken += 1
                yield job

        came_back = 0
        for done in annotate_all(counted(), Knowledge(), workers=FragileWorkers("")):
            assert taken - came_back <= 7 * BATCH_SIZE
            came_back += done.size
        assert came_back == 20 * BATCH_SIZE

    def test_processes_and_a_cluster_make_what_one_process_makes(self, library: Library):
        records = [*small(BATCH_SIZE + 5), *articles(50)]
        knowledge = library.knowledge()
        here = [p for d in annotate_all(jobs(records), knowledge) for p in d.packed]
        assert len(here) == len(records)
        there = [p for d in annotate_all(jobs(records), knowledge, workers=Processes(2)) for p in d.packed]
        assert there == here
        from distributed import LocalCluster

        options = {"dashboard_address": "127.0.0.1:0", "host": "127.0.0.1", "protocol": "tcp"}
        with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, **options) as cluster:
            workers = Cluster(cluster.scheduler_address)
            afar = [p for d in annotate_all(jobs(records), knowledge, workers=workers) for p in d.packed]
        assert afar == here

    def test_a_cluster_gets_the_articles_themselves_and_not_their_files(self, library: Library):
        library.index.remove(NEWS)
        seen: list[Job] = []

        class Watching(FragileWorkers):
            def start(self) -> Executor:
                executor = super().start()
                submit = executor.submit

                def watched(fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
                    seen.extend(args[1])
                    return submit(fn, *args, **kwargs)

                executor.submit = watched  # type: ignore[method-assign]
                return executor

        assert library.refresh(workers=Watching("")).annotated == (NEWS,)
        assert [(j.id, j.manuscript is not None) for j in seen] == [(NEWS, True)]

    def test_a_scheduler_that_does_not_answer_is_told(self):
        with pytest.raises(MeipiError, match="no scheduler answers"):
            Cluster("tcp://127.0.0.1:9", timeout=1)


class TestKilled:
    def test_a_run_that_is_killed_goes_on_without_loss_or_double_work(self, home: Path, tmp_path: Path):
        # Three quarters are more than are written at once, however quickly they come.
        lines, total = write(tmp_path / "many.jsonl", *small(1600)), 1600
        command = [sys.executable, "-m", "app", "index", "--content", str(home / "content"), "--jobs", "1"]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        run = subprocess.Popen(
            [*command, "--jsonl", "-"],
            env=environment,
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert run.stdin
        # Not all, so that it cannot come to its end.
        run.stdin.writelines(lines.read_bytes().splitlines(keepends=True)[: total * 3 // 4])
        run.stdin.flush()
        index = open_index("", home / "var")
        assert until(lambda: index.digests(source="jsonl"))
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        run.stdin.close()
        kept = len(index.digests(source="jsonl"))
        assert 0 < kept < total
        again = subprocess.run(
            [*command, "--jsonl", str(lines)], env=environment, capture_output=True, text=True
        )
        assert f"标注 {total - kept} 篇，已在库中 {kept} 篇" in again.stderr
        assert len(index.digests(source="jsonl")) == total and index.count() == total + 3
        index.close()


class TestWithoutWhatOnlyLinuxHas:
    def test_the_number_of_processes_is_that_of_the_cores(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.delattr(os, "sched_getaffinity", raising=False)
        monkeypatch.setattr(os, "cpu_count", lambda: 3)
        assert Processes().count == 3
        monkeypatch.setattr(os, "cpu_count", lambda: None)
        assert Processes().count == 1

    def test_articles_are_added_and_indexed(self, tmp_path: Path):
        (tmp_path / "dukou.txt").write_text("渡口的灯亮了。\n\n“船来了。”老孟说。\n", "utf-8")
        program = """
import os, sys
sys.modules["fcntl"] = None
if hasattr(os, "sched_getaffinity"):
    del os.sched_getaffinity
from app.cli import main
main()
"""
        for words in (["add", "dukou.txt", "--content", "content"], ["index", "--content", "content"]):
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", program, *words],
                cwd=tmp_path,
                env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stderr
        assert "共 1 篇" in done.stderr
