"""Odd YAML values in articles, glossary, people and imported Markdown: no command ends in a traceback.

    python tests/bench/odd_yaml.py [--cases 20000] [--seed 1]

Every case puts one mutated value, or a mutated file, into a small library and calls what `check`, `index`,
`save` and `add` call. Anything but a finding or a fault of Meipi's own counts as a traceback. Another article
is edited in every case and must be followed; after every case the file is mended and must be taken up. Exit 1
when that fails.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from app.content.store import Content
from app.errors import MeipiError
from app.index import open_index
from app.library.adding import Given
from app.library.library import Library
from app.model import ArticleId
from app.text.segment import Segmenter

AT = "2024-08-01T00:00:00+00:00"
ARTICLE, OTHER = ArticleId("dukou"), ArticleId("qiaotou")
HEADER = """title: 渡口
date: 2024-05-01
publication: 晚报
author: 某人
url: https://example.org/1
note: 编者的话
lang: zh-Hans
circa: false
aliases: [jiu-dukou]
corrections:
- {words: 船不等人, speaker: 周大年}
"""
BODY = "\n渡口今天开了。\n\n周大年说：“船不等人。”\n"
TERM = """- id: du
  term: 渡口
  pinyin: dù kǒu
  kind: concept
  priority: useful
  zh: 坐船过江的地方。
  en: a ferry
  aliases: [码头]
  members: [东渡, 西渡]
  related: [chuan]
  sources:
  - {title: 年报, publisher: 镇政府, date: '2024', url: 'https://example.org/', tier: A}
  verified: true
  note: 虚构
  veto: [新~]
  reviewed: 2024-01-01
- {id: chuan, term: 船, kind: concept, zh: 船。, note: 虚构}
"""
PERSON = """- id: zhou
  name: 周大年
  kind: person
  pinyin: Zhōu Dànián
  aliases: [老周]
  offices:
  - {title: 船工, organisation: 渡口, from: '2000', to: ''}
  facts: [他撑船。]
  sources:
  - {title: 年报, url: 'https://example.org/'}
  verified: true
  note: 虚构
- {id: wu, name: 吴小满, note: 虚构}
"""

# Parted by spaces.
_TAGS = """
!!bool !!int !!float !!null !!str !!seq !!map !!set !!omap !!pairs !!binary !!timestamp !!merge !!value
!x !<y> !
"""
_ATOMS = """
是 甲 0 -1 1_000 0x1F 0o17 0b101 017 1e3 .inf -.inf .nan ._ 1e999999999 12:30:45 2024-13-45
2024-02-30 0001-01-01 2024-01-01T25:00:00Z ~ null true no [] {} [甲] {甲:乙} [[甲]] {[甲]:乙} {{甲:乙}:丙}
[甲,{乙:[丙]}] &a *a
*b <<:*a {<<:*a} {<<:[1]} &m<<:*m | > |+ >- |9 - ? : # % @ ` ' " \\ '' "" [ ] { } , & * ! !!
javascript:1 --- ... <<<<<<< https://example.org/ ../.. ＜ \ufeff \u200b 𠮷
"""
_ESCAPES = """
0 a b e N _ L P x41 x00 x7f x80 xff u0000 u2028 ud800 udfff uffff ufffe ufeff U00020BB7 U0010FFFF U00110000
UFFFFFFFF x u12 U1 z / \\
"""
_WRITTEN = (
    *("{[[x]]}", "{? [a]: b}", "&m {<<: *m}", "&a [*a]", "&a {x: *a}", "<<: {id: x}"),
    *("{<<: {a: 1}, <<: {b: 1}}", "9" * 5000, "-" + "9" * 5000, "0x" + "f" * 5000, "0b" + "1" * 20000),
    *("9" * 400 + ".9", "1e" + "9" * 400, "[" * 700, "[" * 200 + "]" * 200, "{a: " * 200 + "}" * 200),
    *("甲" * 20000, "- - - 甲", "a: b: c", "'甲", '"甲', "[甲", "{甲", "&", "*", "\t甲", "甲\t: 乙"),
    *("!!python/object:os.system x", "!!python/name:os.system", "2024-01-01 10:00:00+99:99"),
    *("!!set {a, b}", "!!omap [a: 1, b: 2]", "!!binary 5Li=", "%YAML 9.9", "%TAG ! x"),
    *("甲 # 乙", "*nobody", "\u2028甲", "甲\x85"),
)


def value(chance: random.Random, deep: int = 0) -> str:
    """An odd YAML value."""
    kind = chance.randrange(9)
    if kind == 0:
        return chance.choice(_WRITTEN)
    if kind in (1, 2):
        return chance.choice(_ATOMS.split())
    if kind == 3:
        return f"{chance.choice(_TAGS.split())} {value(chance, deep + 1) if deep < 4 else '甲'}"
    if kind == 4:
        escapes = (chance.choice(_ESCAPES.split()) for _ in range(chance.randint(1, 4)))
        return '"' + "".join(f"\\{escape}" for escape in escapes) + '"'
    if kind == 5:
        return f"&a{chance.randrange(3)} {value(chance, deep + 1) if deep < 4 else '甲'}"
    if kind == 6 and deep < 4:
        return "[" + ", ".join(value(chance, deep + 1) for _ in range(chance.randint(0, 3))) + "]"
    if kind == 7 and deep < 4:
        parts = (f"{value(chance, deep + 2)}: {value(chance, deep + 1)}" for _ in range(chance.randint(0, 3)))
        return "{" + ", ".join(parts) + "}"
    return "".join(
        chance.choice("[]{}:,&*!|>'\"%@`#-?<=~.0aé甲“ \n\t\x85\u2028\\") for _ in range(chance.randint(1, 12))
    )


def mutated(text: str, chance: random.Random) -> str:
    """A YAML text with one odd thing in it."""
    lines = text.splitlines()
    at = chance.randrange(len(lines))
    head, colon, _ = lines[at].partition(": ")
    kind = chance.randrange(8)
    if kind < 4 and colon:  # a value
        lines[at] = f"{head}: {value(chance)}"
    elif kind == 4:  # a key
        indent = " " * (len(lines[at]) - len(lines[at].lstrip()))
        lines.insert(at, f"{indent}{value(chance)}: {value(chance)}")
    elif kind == 5:  # some characters
        cut = chance.randrange(len(text))
        return text[:cut] + value(chance) + text[cut + chance.randrange(4) :]
    elif kind == 6:  # a part of the file
        return text[: chance.randrange(len(text))]
    else:  # an item
        lines.insert(at, f"- {value(chance)}")
    return "\n".join(lines) + "\n"


@dataclass
class Tried:
    """What became of the cases: tracebacks by their last line, and how the others ended."""

    cases: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@contextmanager
def _library(home: Path) -> Iterator[Library]:
    """A library with one dictionary for all annotators: loading it takes longer than a case."""
    for folder, name, text in (
        (f"articles/{ARTICLE}", "article.md", f"---\n{HEADER}---\n{BODY}"),
        (f"articles/{OTHER}", "article.md", "桥头有人等船。\n"),
        ("glossary", "a.yaml", TERM),
        ("speakers", "a.yaml", PERSON),
    ):
        (home / "content" / folder).mkdir(parents=True)
        (home / "content" / folder / name).write_text(text, "utf-8")
    shared = Segmenter(cache=home / "var/jieba")
    give: Callable[..., Segmenter] = lambda words=(), cache=None: shared  # noqa: E731
    with (
        patch("app.text.annotator.Segmenter", give),
        patch("app.library.library.Segmenter", give),
        patch("os.fsync"),
    ):
        library = Library(Content(home / "content"), open_index("", home / "var"))
        for id in (ARTICLE, OTHER):
            library.save(id, saved_at=AT)
        assert not library.refresh().findings
        yield library
        library.index.close()


def run(cases: int, seed: int, home: Path, progress: Callable[[int], None] = lambda _: None) -> Tried:
    """Try this number of cases on a new library in a folder."""
    tried = Tried()
    with _library(home) as library:
        root = library.content.root
        places = (
            (root / f"articles/{ARTICLE}/article.md", HEADER, "---\n{}---\n" + BODY),
            (root / "glossary/a.yaml", TERM, "{}"),
            (root / "speakers/a.yaml", PERSON, "{}"),
        )
        sound = set[object](library.check(today="2026-01-01"))
        for n in range(cases):
            chance = random.Random(f"{seed} {n}")
            path, good, frame = places[n % len(places)]
            odd = mutated(good, chance)
            path.write_bytes(frame.replace("{}", odd).encode("utf-8", "surrogatepass"))
            _case(library, n, odd, tried, sound)
            path.write_text(frame.replace("{}", good), "utf-8")
            if told := library.refresh().findings:
                tried.faults.append(f"case {n}: the mended file was not taken up: {told[0]}")
            tried.cases += 1
            progress(n)
    return tried


def _case(library: Library, n: int, odd: str, tried: Tried, sound: set[object]) -> None:
    other = library.content.root / f"articles/{OTHER}/article.md"
    other.write_text(f"桥头有{n}人等船。\n", "utf-8")
    markdown = f"---\n{odd}---\n{BODY}".encode("utf-8", "surrogatepass")
    deeds: dict[str, Callable[[], object]] = {
        "check": lambda: list(library.check(today="2026-01-01")),
        "index": library.refresh,
        "save": lambda: library.save(ARTICLE, saved_at=AT, dry_run=True),
        "add": lambda: library.add("neu.md", markdown, saved_at=AT, given=Given(id="neu"), dry_run=True),
    }
    for name, deed in deeds.items():
        try:
            said = deed()
            found = set(said) - sound if isinstance(said, list) else getattr(said, "findings", ())
            ended = f"{name}: {'findings' if found else 'done'}"
        except MeipiError:
            ended = f"{name}: refused"
        except Exception:
            ended = f"{name}: traceback"
            last = traceback.format_exc().splitlines()
            tried.faults.append(f"case {n}: {name}: {last[-1]} ({last[-3].strip()})\n{odd[:300]!r}")
        tried.ended[ended] += 1
    if f"有{n}人" not in library.document(OTHER).blocks[0].text:
        tried.faults.append(f"case {n}: another article was not followed")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    def progress(n: int) -> None:
        if n % 1000 == 999:
            print(f"{n + 1} cases, {time.monotonic() - began:.0f} s", file=sys.stderr)

    logging.disable(logging.WARNING)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tried = run(options.cases, options.seed, Path(folder), progress)
    print(f"{tried.cases} cases in {time.monotonic() - began:.0f} s, {len(tried.faults)} faults")
    for ended, n in sorted(tried.ended.items()):
        print(f"  {ended}: {n}")
    for fault in tried.faults[:20]:
        print(fault)
    return 1 if tried.faults or not tried.cases else 0


if __name__ == "__main__":
    raise SystemExit(main())
