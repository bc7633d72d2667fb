"""Where in a web page the article stands.

Ready-made finders were tried on pages as Chinese sites build them. One lost the whole of an article set in
nested sections, and took the side columns of a page laid out in tables; another dropped cross-heads. What
tells an article here is simpler: running sentences outside links. So start at the page, put aside what calls
itself comment, menu or recommendation, and go down as long as one child holds nearly all of the sentences.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from app.importers.blocks import is_block, is_skipped

_ASIDE_TAGS = frozenset(("nav", "aside", "footer", "form"))
_ASIDE = re.compile(
    r"comment|discuss|reply|replies|respond|relat|recommend|sidebar|side-|footer|\bfoot\b|copyright|share|social"
    r"|\bnav|menu|breadcrumb|crumb|advert|\bads?\b|\bad[-_]|banner|popup|rank|hot-?news|pagination|\bpager|toolbar"
    r"|subscribe|read-?more|next-?article|login|tags?-list|qrcode",
    re.IGNORECASE,
)
_NAMED = "//*[@id='js_content'] | //*[@itemprop='articleBody'] | //article"
_SENTENCE = re.compile("[。！？；，、：…」”]|[.,;!?] ")
_NEARLY_ALL = 0.85  # of the sentences; below it what would be lost may be the article's own
_NO_CONTAINER = frozenset(("p", "li", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "span", "a"))


@dataclass(frozen=True, slots=True)
class Found:
    """An article's place in a page.

    Attributes:
        element: holds the article.
        aside: elements within it that are no part of it.
        left_out: running sentences elsewhere on the page, in order.
    """

    element: Any
    aside: frozenset[Any]
    left_out: tuple[str, ...]


class _Tally:
    """Characters of each element, its descendants' among them: in sentences, in links, in all."""

    def __init__(self) -> None:
        self.prose: defaultdict[Any, int] = defaultdict(int)
        self.linked: defaultdict[Any, int] = defaultdict(int)
        self.all: defaultdict[Any, int] = defaultdict(int)
        self.links: defaultdict[Any, int] = defaultdict(int)
        self.lines: list[tuple[Any, str]] = []


def find_article(root: Any, walk: Any) -> Found:
    """The element of a page that holds its article.

    Args:
        root: the page's lxml tree.
        walk: lxml's `iterwalk`.
    """
    tally = _tally(root, walk)
    total = tally.prose[root]
    aside = frozenset(e for e in root.iter() if e is not root and _is_aside(e, tally, total))
    for element in aside:
        if not any(above in aside for above in element.iterancestors()):
            for above in element.iterancestors():
                tally.prose[above] -= tally.prose[element]
    here = root
    named = [e for e in root.xpath(_NAMED) if e not in aside]
    if named and tally.prose[best := max(named, key=lambda e: tally.prose[e])] > 0.4 * tally.prose[root]:
        here = best
    while True:
        inner = max(
            (child for child in here if isinstance(child.tag, str) and child not in aside),
            key=lambda child: tally.prose[child],
            default=None,
        )
        if inner is None or inner.tag in _NO_CONTAINER:
            break
        if not 0 < _NEARLY_ALL * tally.prose[here] <= tally.prose[inner]:
            break
        here = inner
    inside = set(here.iter()) - {below for e in aside for below in e.iter()}
    return Found(here, aside, tuple(line for element, line in tally.lines if element not in inside))


def _tally(root: Any, walk: Any) -> _Tally:
    tally = _Tally()
    line: list[str] = []
    blocks: list[Any] = [root]
    linked = skipped = anchors = 0

    def end() -> None:
        nonlocal linked
        words = " ".join("".join(line).split())
        line.clear()
        tally.all[blocks[-1]] += len(words)
        tally.linked[blocks[-1]] += linked
        if len(words) >= 15 and linked < len(words) / 2 and _SENTENCE.search(words):
            tally.prose[blocks[-1]] += len(words)
            tally.lines.append((blocks[-1], words))
        linked = 0

    def add(words: str | None) -> None:
        nonlocal linked
        if words and not skipped:
            line.append(words)
            linked += len("".join(words.split())) if anchors else 0

    for event, element in walk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag
        if event == "start":
            skipped += is_skipped(tag)
            if is_block(tag) or tag == "br":
                end()
            if is_block(tag):
                blocks.append(element)
            if tag == "a":
                anchors += 1
                tally.links[blocks[-1]] += 1
            add(element.text)
            continue
        if event == "end":
            if is_block(tag):
                end()
                blocks.pop()
            anchors -= tag == "a"
            skipped -= is_skipped(tag)
            above = element.getparent()
            if element is not root and above is not None:
                for count in (tally.prose, tally.linked, tally.all, tally.links):
                    count[above] += count[element]
        if element is not root:
            add(element.tail)
    end()
    return tally


def _is_aside(element: Any, tally: _Tally, total: int) -> bool:
    """Whether an element is no part of the article, by its own word or because it is a list of links."""
    if (
        not isinstance(element.tag, str)
        or 2 * tally.prose[element] > total
        or element.tag in ("html", "body")
    ):
        return False
    if element.tag in _ASIDE_TAGS or _ASIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return True
    return tally.links[element] >= 2 and tally.linked[element] >= 0.7 * tally.all[element] > 0
