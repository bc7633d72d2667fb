"""The commands that work on many articles: `annotate` on several processes, `index` after a new glossary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from app.index import open_index
from app.model import ArticleId

ROOT = Path(__file__).parent.parent


def meipi(home: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "app", arguments[0], "--content", str(home / "content"), *arguments[1:]]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, input=given, env=environment, capture_output=True, cwd=home, timeout=120)


def test_annotate_says_the_same_on_several_processes(home: Path):
    lines = [json.dumps({"id": n, "text": f"第{n}条渡船停在渡口，林清和说：“等。”"}) for n in range(40)]
    lines[7:7] = ["{", '{"id": "半\\ud83d", "paragraphs": ["渡口\\u0000"]}']
    given = b"\xef\xbb\xbf" + "\n\n".join(lines).encode()
    one, two = (meipi(home, "annotate", "--jsonl", "--jobs", jobs, given=given) for jobs in "12")
    assert two.stdout == one.stdout and two.stderr == one.stderr
    assert one.returncode == two.returncode == 1  # for the line that is none
    assert one.stderr.decode().startswith("-:15: F00 ")
    told = [json.loads(line) for line in one.stdout.decode().strip().split("\n")]
    assert [t["id"] for t in told] == [*range(7), None, "半\ud83d", *range(7, 40)]
    assert {o["term"] for o in told[0]["occurrences"]} == {"dukou"}


def test_annotate_takes_files_on_several_processes(home: Path):
    for n in range(4):
        (home / f"f{n}.txt").write_text(f"第{n}条渡船停在渡口。\n", "utf-8")
    files = ["f0.txt", "none.txt", "f1.txt", "f2.txt", "f3.txt"]
    done = meipi(home, "annotate", "--json", "--jobs", "2", *files)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["f0", "f1", "f2", "f3"]
    assert done.returncode == 1 and "none.txt" in done.stderr.decode()


def test_index_annotates_lines_anew_after_the_glossary_changed(home: Path):
    lines = home / "a.jsonl"
    lines.write_text(
        "".join(json.dumps({"id": f"n{n}", "text": "木牌旁边停着船。"}) + "\n" for n in range(9))
    )
    assert "标注 9 篇" in meipi(home, "index", "--jsonl", str(lines)).stderr.decode()
    lines.unlink()
    assert "标注 0 篇" in meipi(home, "index").stderr.decode()
    entry = "- {id: mupai, term: 木牌, kind: concept, zh: 立着。}\n"
    (home / "content/glossary/new.yaml").write_text(entry, "utf-8")
    assert meipi(home, "index", "--jobs", "1").returncode == 0
    index = open_index("", home / "var")
    document = index.document(ArticleId("n3"))
    assert document and [o.term for o in document.occurrences] == ["mupai"]
    index.close()
    assert "标注 0 篇" in meipi(home, "index").stderr.decode()
