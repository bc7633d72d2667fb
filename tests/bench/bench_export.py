"""Articles a second of every form, and of the site made new and made again; invented news in brief.

Usage: bench_export.py [ARTICLES [FORM…]]     1000 articles and every form when not said; 10000 takes some
minutes. `bench_export.py 10000 site` measures the site alone; TMPDIR=/dev/shm leaves the disk out.
"""

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.content.article_file import format_article
from app.content.store import Content
from app.export.articles import export
from app.export.forms import FORMS
from app.export.press import Press
from app.export.site import publish
from app.index import open_index
from app.library.library import Library
from app.model import ArticleId, Header, Piece
from app.text.paragraphs import Ledger, align, ledger_lines, save

SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "文明秀英建国志强丽华春生海燕小满青山长河"
OFFICES = ("镇长", "渔业站站长", "中学校长", "桥梁工程师", "卫生院院长", "图书馆馆员", "合作社社长", "护林员")
PLACES = tuple(f"{a}{b}" for a in "东西南北上下" for b in ("沙镇", "湾村", "岭乡", "河口", "石桥", "竹坞"))
THINGS = ("水渠", "渡口", "书屋", "粮仓", "戏台", "校舍", "果园", "公路", "气象站", "茶厂")
DEEDS = ("修好了", "开放了", "重新粉刷了", "向居民开放", "交给村里管理", "请人重新测量", "列入明年的计划")
SAYINGS = (
    "先把路修通，别的事情才好办",
    "大家的意见都记在本子上，一条一条地答复",
    "今年雨水多，我们把沟挖深了半尺",
    "孩子们上学不用再绕山路了",
    "账目贴在墙上，谁都可以来看",
)


def glossary() -> str:
    """An entry for every thing and every place."""
    return "".join(
        f"- id: t{n}\n  term: {term}\n  kind: {kind}\n  priority: {'core' if n % 3 else 'useful'}\n"
        f"  zh: {term}是本地的{'一处设施' if kind == 'concept' else '一个地方'}，各家说法大致相同。\n"
        for n, (term, kind) in enumerate([(t, "concept") for t in THINGS] + [(p, "place") for p in PLACES])
    )


def article(chance: random.Random) -> Iterator[Piece]:
    """A brief: six paragraphs of about ninety characters, two of them with quotations."""
    for n in range(6):
        place, thing, deed = chance.choice(PLACES), chance.choice(THINGS), chance.choice(DEEDS)
        name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
        text = f"{chance.randint(1, 12)}月{chance.randint(1, 28)}日，{place}的{thing}{deed}。"
        if n % 3 == 1:
            text += f"{place}{chance.choice(OFFICES)}{name}说：“{chance.choice(SAYINGS)}。”"
        text += f"据{chance.choice(PLACES)}来的人讲，附近的{chance.choice(THINGS)}也{chance.choice(DEEDS)}，"
        text += f"前后用了{chance.randint(3, 90)}天，花费{chance.randint(2, 80)}万元，来看的人一天比一天多。"
        yield Piece("paragraph", text)


def write(content: Path, count: int) -> None:
    """The corpus as files."""
    (content / "glossary").mkdir(parents=True)
    (content / "glossary/all.yaml").write_text(glossary(), "utf-8")
    chance = random.Random(7)
    for n in range(count):
        id, pieces = ArticleId(f"brief-{n:06}"), tuple(article(chance))
        date = f"20{10 + n % 15}-{1 + n % 12:02}-{1 + n % 28:02}"
        header = Header(
            id, f"{chance.choice(PLACES)}的{chance.choice(THINGS)}", date=date, publication="乡报"
        )
        ledger = Ledger(id)
        ledger = save(ledger, align(ledger, pieces), saved_at=f"{date}T08:00:00+00:00")
        folder = content / "articles" / id
        folder.mkdir(parents=True)
        (folder / "article.md").write_text(format_article(header, pieces), "utf-8")
        (folder / "ledger.jsonl").write_text("".join(f"{x}\n" for x in ledger_lines(ledger)), "utf-8")


def main() -> None:
    """Prints a line for every form."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    home = Path(tempfile.mkdtemp(prefix="bench-export-"))
    try:
        write(home / "content", count)
        library = Library(Content(home / "content"), open_index("", home / "var"), cache=home / "jieba")
        start = time.process_time()
        library.refresh()
        print(f"{count} articles; annotation {count / (time.process_time() - start):.0f} a second")

        def press() -> Press:
            return Press(library, base_url="https://example.org", site_name="乡报")

        def timed(name: str, made: object, took: float) -> None:
            print(f"{name:24} {count / took:8.0f} articles/s of processor time  {made}")

        wanted = sys.argv[2:] or [*FORMS, "site"]
        for form, kind in FORMS.items():
            if form not in wanted:
                continue
            start, out = (
                time.process_time(),
                home / form / (f"all{kind.suffix}" if kind.whole else ""),
            )
            done = export(press(), form, (), out)
            timed(form, f"{done.files} files", time.process_time() - start)
        for name in ("site", "site, nothing changed") if "site" in wanted else ():
            start = time.process_time()
            told = publish(press(), home / "public")
            took = time.process_time() - start
            timed(name, f"{told.files} files, {told.written} written, {len(told.faults)} faults", took)
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
