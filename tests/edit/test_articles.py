"""Corrections of articles: each writes the files that an editor and the command line would write."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from forms import files, form, send
from lxml import html
from starlette.testclient import TestClient

from app.content.store import Content
from app.index import open_index
from app.library.library import Library
from app.model import ArticleId

BRIDGE, FESTIVAL = "beiwan-daqiao", "dushu-jie"


Case = tuple[str, str, dict[str, Any], tuple[str, str]]
# What an editor does in the workbench, and the same in article.md: the words that go and those that come.
JOINED = ("又擦了一遍船舷。\n\n镇交通站", "又擦了一遍船舷。镇交通站")
WHOLE = "桥和快线连起来，年轻人下班就能回家吃饭。"
NOT = f"corrections:\n- words: {WHOLE}\n  speech: false\n"
FRONT = "\nurl: https://example.org/2024/06/02/qiao\n"
CORRECTED = f"{FRONT}corrections:\n"
CASES: dict[str, Case] = {
    "join": ("r2gj", "join", {"n": 1}, JOINED),
    "join with the one before": ("qng4", "join", {"n": 0}, JOINED),
    "split": ("r2gj", "split", {"at": "21"}, ("三十八年船。“船", "三十八年船。\n\n“船")),
    "split by lines": (
        "kkn3",
        "words",
        {
            "text": f"湾区快线的北湾站离桥头不到一公里。\n林清和认为，{WHOLE}\n\n也有居民提醒，"
            "桥上的自行车道只有一米五宽，AI信号灯还在调试，早晚要多加小心。"
        },
        (f"一公里。林清和认为，{WHOLE}也有", f"一公里。\n\n林清和认为，{WHOLE}\n\n也有"),
    ),
    "kind": ("zb7c", "words", {"kind": "paragraph"}, ("## 留下什么", "留下什么")),
    "words": ("zb7c", "words", {"text": "留下了什么"}, ("## 留下什么", "## 留下了什么")),
    "delete": ("zb7c", "words", {"text": ""}, ("\n## 留下什么\n", "")),
    "speaker": (
        "kkn3", "quotation", {"speaker": "周大年"},
        (FRONT, FRONT + "corrections:\n- words: 桥和快线连起来\n  speaker: 周大年\n"),
    ),
    "unknown speaker": (
        "r2gj", "quotation", {"speaker": ""},
        (FRONT, FRONT + "corrections:\n- words: 船不等人，桥也不等人\n  speaker:\n"),
    ),
    "extent": (
        "kkn3", "quotation", {"words": "桥和快线连起来"},
        (FRONT, FRONT + NOT + "- words: 桥和快线连起来\n  speaker: 林清和\n  type: indirect\n"),
    ),
    "type": (
        "kkn3", "quotation", {"type": "direct"},
        (FRONT, FRONT + NOT + f"- words: {WHOLE}\n  speaker: 林清和\n"),
    ),
    "not a quotation": (
        "r2gj", "quotation", {"speech": "no"},
        (FRONT, FRONT + "corrections:\n- words: 船不等人，桥也不等人\n  speech: false\n"),
    ),
    "missed quotation": (
        "p29s", "missed", {"words": "两岸之间步行只要二十分钟", "speaker": "林清和", "type": "indirect"},
        (FRONT, f"{CORRECTED}- words: 两岸之间步行只要二十分钟\n  speaker: 林清和\n  type: indirect\n"),
    ),
    "whole paragraph": (
        "r2gj", "paragraph", {"speaker": "周大年"},
        (FRONT, FRONT + "corrections:\n- paragraph: r2gj\n  speaker: 周大年\n"),
    ),
    "no one speaks": (
        "qng4", "paragraph", {"speech": "no"},
        (FRONT, FRONT + "corrections:\n- paragraph: qng4\n  speech: false\n"),
    ),
    "role": (
        "r2gj", "speaker", {"role": "北湾渡口的摆渡人"},
        (FRONT, FRONT + "corrections:\n- speaker: 周大年\n  role: 北湾渡口的摆渡人\n"),
    ),
    "not that person": (
        "r2gj", "speaker", {"person": "-"},
        (FRONT, FRONT + "corrections:\n- speaker: 周大年\n  person: '-'\n"),
    ),
    "title": ("", "facts", {"title": "北湾大桥通车"}, ("，渡船停航\ndate", "\ndate")),
    "date": ("", "facts", {"date": "2024-06"}, ("'2024-06-02'", "'2024-06'")),
    "author of the text": ("", "facts", {"author": "林清和"}, (FRONT, f"\nauthor: 林清和{FRONT}")),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_correction_writes_what_an_editor_would_write(
    home: Path, tmp_path_factory: Any, bench: TestClient, name: str
):
    block, do, values, (old, new) = CASES[name]
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(home / "content", other / "content")
    before = files(home, BRIDGE)
    n = values.pop("n", 0) if do == "join" else 0
    path = f"/edit/a/{BRIDGE}/{block}/" if block else f"/edit/a/{BRIDGE}/"
    values = {k: str(v) for k, v in values.items()}
    answer = send(bench, path, do, n, **values, why="照剪报改")
    assert answer.status_code == 303 and answer.headers["location"].endswith("told=saved"), answer.text
    assert bench.get(answer.headers["location"]).status_code == 200
    now = files(home, BRIDGE)
    assert now["article.md"] != before["article.md"]

    by_hand = other / "content/articles" / BRIDGE / "article.md"
    text = by_hand.read_text("utf-8")
    assert text.count(old) == 1
    by_hand.write_text(text.replace(old, new), "utf-8")
    library = Library(Content(other / "content"), open_index("", other / "var"))
    last = json.loads(now["ledger.jsonl"].splitlines()[-1])
    library.save(ArticleId(BRIDGE), saved_at=last.get("at", last.get("saved_at", "")), note="照剪报改")
    library.index.close()
    assert now["article.md"].decode() == by_hand.read_text("utf-8")
    assert now == files(other, BRIDGE)


def test_a_text_is_saved_only_after_its_plan(home: Path, bench: TestClient):
    path = f"/edit/a/{BRIDGE}/r2gj/"
    before = files(home, BRIDGE)
    plan = bench.post(path, data=form(bench.get(path).text, "join", 1))
    assert "r2gj 并入 qng4" in plan.text and "又擦了一遍船舷。镇交通站" in plan.text
    assert files(home, BRIDGE) == before
    bench.post(path, data=form(plan.text, "join") | {"why": "本是一段"})
    last = json.loads(files(home, BRIDGE)["ledger.jsonl"].splitlines()[-1])
    assert "本是一段" in last.values()
    shown = html.document_fromstring(bench.get(f"/a/{BRIDGE}/").text)
    assert "又擦了一遍船舷。镇交通站" in shown.text_content()
    assert bench.get(f"/a/{BRIDGE}/r2gj/").status_code == 301


def test_an_earlier_text_comes_back_with_its_ids(home: Path, bench: TestClient):
    before = files(home, BRIDGE)["article.md"]
    send(bench, f"/edit/a/{BRIDGE}/r2gj/", "join", 1)
    answer = send(bench, f"/edit/a/{BRIDGE}/", "restore")
    assert answer.status_code == 303
    assert files(home, BRIDGE)["article.md"] == before
    assert bench.get(f"/a/{BRIDGE}/r2gj/").status_code == 200


def test_a_correction_can_be_taken_back(home: Path, bench: TestClient):
    before = files(home, BRIDGE)
    send(bench, f"/edit/a/{BRIDGE}/kkn3/", "quotation", speaker="周大年")
    assert send(bench, f"/edit/a/{BRIDGE}/", "drop").status_code == 303
    assert files(home, BRIDGE) == before


def test_reading_pages_show_it_and_link_to_the_workbench_for_editors_only(
    bench: TestClient, site: TestClient
):
    page = bench.get(f"/a/{BRIDGE}/")
    assert f'href="/edit/a/{BRIDGE}/"' in page.text and page.headers["cache-control"] == "private, no-store"
    assert f'href="/edit/a/{BRIDGE}/r2gj/"' in bench.get(f"/a/{BRIDGE}/r2gj/").text
    bench.cookies.clear()
    page = bench.get(f"/a/{BRIDGE}/")
    assert "/edit/" not in page.text and page.headers["cache-control"] == "no-cache"
    assert "/edit/" not in site.get(f"/a/{BRIDGE}/", headers={"cookie": "meipi_editor=1"}).text


REFUSED = {
    "a speaker for words of another paragraph": ("r2gj", "quotation", {"words": "桥和快线连起来"}),
    "an unknown type": ("r2gj", "quotation", {"type": "shouted"}),
    "a quotation that is not there": ("r2gj", "quotation", {"start": "0", "end": "3"}),
    "words that are not there": ("r2gj", "missed", {"words": "没有这些字", "speaker": "周大年"}),
    "an unknown kind": ("r2gj", "words", {"kind": "song"}),
    "a split inside a sentence": ("r2gj", "split", {"at": "3"}),
    "a split that is no number": ("r2gj", "split", {"at": "²"}),
    "a person who does not exist": ("r2gj", "speaker", {"person": "no-such-person"}),
    "a date that is none": ("", "facts", {"date": "2024-13"}),
    "an address that is a script": ("", "facts", {"url": "javascript:alert(1)"}),
    "no title": ("", "facts", {"title": " "}),
    "an unknown action": ("", "facts", {"do": "explode"}),
    "a revision that does not exist": ("", "facts", {"do": "restore", "revision": "99"}),
    "a correction that does not exist": ("", "facts", {"do": "drop", "n": "-1"}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_form_that_cannot_be_used_changes_nothing(home: Path, bench: TestClient, name: str):
    block, do, values = REFUSED[name]
    path = f"/edit/a/{BRIDGE}/{block}/" if block else f"/edit/a/{BRIDGE}/"
    before = files(home, BRIDGE)
    answer = bench.post(path, data=form(bench.get(path).text, do) | values)
    assert answer.status_code == 422 and "没有保存" in answer.text, answer.text
    assert files(home, BRIDGE) == before


@pytest.mark.parametrize(
    "odd",
    [
        "x: y",
        "x\nspeech: true",
        "- a",
        "'",
        '"',
        "{a: b}",
        "&a *a",
        "!!python/object:os.system",
        "# x",
        "null",
        "---\n",
    ],
)
def test_words_of_a_form_stay_words_in_yaml(home: Path, bench: TestClient, odd: str):
    path = f"/edit/a/{BRIDGE}/"
    assert send(bench, path, "facts", publication=odd, author=odd).status_code == 303
    header = Content(home / "content").article(ArticleId(BRIDGE)).header
    assert header.publication == " ".join(odd.split()) == header.author
    assert send(bench, f"{path}kkn3/", "quotation", speaker=odd).status_code == 303
    corrections = Content(home / "content").article(ArticleId(BRIDGE)).corrections
    assert [c.speaker for c in corrections] == [" ".join(odd.split())]


@pytest.mark.parametrize(
    "path",
    [
        "a/..%2f..%2fetc/",
        "a/.pending/",
        "a/%2e%2e/",
        "a/beiwan-daqiao/../../x/",
        "terms/..%2fx/",
        "a/BEIWAN/",
    ],
)
def test_addresses_lead_to_articles_only(bench: TestClient, path: str):
    assert bench.get(f"/edit/{path}").status_code in (404, 303, 308)


def test_changes_are_written_down(home: Path, bench: TestClient):
    send(bench, f"/edit/a/{BRIDGE}/kkn3/", "quotation", speaker="周大年", why="听录音")
    (entry,) = (home / "var/edit/audit.jsonl").read_text("utf-8").splitlines()
    known = json.loads(entry)
    assert {k: known[k] for k in ("editor", "action", "article", "paragraph", "note")} == {
        "editor": "lin", "action": "quotation", "article": BRIDGE, "paragraph": "kkn3", "note": "听录音",
    }  # fmt: skip


def test_changes_are_committed_if_the_settings_say_so(
    home: Path, open_site: Callable[..., TestClient], editors_file: Path
):
    from signing import log_in

    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(home)]
    subprocess.run([*git[:1], "-C", str(home), "init", "-q"], check=True)
    for key, value in (("user.name", "meipi"), ("user.email", "meipi@example.org")):
        subprocess.run(["git", "-C", str(home), "config", key, value], check=True)
    subprocess.run([*git, "add", "content"], check=True)
    subprocess.run([*git, "commit", "-qm", "start"], check=True)
    (home / "content/articles/dushu-jie/article.md").write_text("别人还没改完", "utf-8")
    with open_site(editors=str(editors_file), edit_commit=True) as site:
        log_in(site)
        send(site, f"/edit/a/{BRIDGE}/kkn3/", "quotation", speaker="周大年", why="听录音")
    log = subprocess.run(
        [*git, "log", "-1", "--format=%an%n%s", "--name-only"], capture_output=True, text=True
    )
    assert log.stdout.split() == ["lin", "听录音", f"content/articles/{BRIDGE}/article.md"]


class TestTwoEditors:
    def test_see_both_versions_and_nothing_is_overwritten(self, home: Path, bench: TestClient):
        path = f"/edit/a/{BRIDGE}/zb7c/"
        mine = form(bench.get(path).text, "words") | {"text": "留下点什么", "sure": "1"}
        send(bench, path, "words", text="留下了什么")
        theirs = files(home, BRIDGE)
        answer = bench.post(path, data=mine)
        assert answer.status_code == 409 and files(home, BRIDGE) == theirs
        text = html.document_fromstring(answer.text).text_content()
        assert "− ## 留下了什么" in text and "+ ## 留下点什么" in text
        assert bench.post(path, data=form(answer.text, "words")).status_code == 303
        assert "## 留下点什么" in files(home, BRIDGE)["article.md"].decode()

    def test_an_edit_of_the_file_counts_too(self, home: Path, bench: TestClient, edit: Callable[..., None]):
        path = f"/edit/a/{BRIDGE}/"
        mine = form(bench.get(path).text, "facts") | {"title": "我的题目"}
        edit(BRIDGE, "湾区晚报", "湾区早报")
        answer = bench.post(path, data=mine)
        assert answer.status_code == 409 and "湾区早报" in answer.text and "我的题目" in answer.text
        assert "湾区早报" in files(home, BRIDGE)["article.md"].decode()

    def test_words_for_a_paragraph_that_is_gone_are_shown(self, home: Path, bench: TestClient):
        path = f"/edit/a/{BRIDGE}/zb7c/"
        mine = form(bench.get(path).text, "words") | {"text": "我的标题", "sure": "1"}
        send(bench, path, "words", text="")
        answer = bench.post(path, data=mine)
        assert answer.status_code == 409 and "我的标题" in answer.text
        assert "我的标题" not in files(home, BRIDGE)["article.md"].decode()
