"""Finds the article in a web page by its sentences outside links.

Start at the page, ignore elements named comment, menu or recommendation, and go down as long as one child
holds nearly all sentences. Libraries for this were tried on typical Chinese pages: one lost an article in
nested sections and took the side columns of a table layout, another dropped subheadings.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from app.importers.blocks import is_block, is_skipped

_ASIDE_TAGS = frozenset(("nav", "aside", "footer", "form"))
_ASIDE = re.compile(
    r"comment|discuss|reply|replies|respond|relat|recommend|sidebar|side-|footer|\bfoot\b|copyright|share|social"
    r"|\bnav|menu|breadcrumb|crumb|advert|\bads?\b|\bad[-_]|banner|popup|rank|hot-?news|pagination|\bpager|toolbar"
    r"|pinglun|huifu|liuyan|tuijian|xiangguan|fenxiang|daohang|guanggao|remen|paihang|yejiao|banquan"
    r"|editsection|subscribe|read-?more|next-?article|login|tags?-list|qrcode",
    re.IGNORECASE,
)
# What pages print with each comment.
_REPLY = re.compile(
    r"回复|回覆|举报|舉報|点赞|赞|讚|踩|支持|反对|引用|沙发|板凳|\d{1,4}\s*[楼樓LlFf#]|#?\d{1,4}楼"
    r"|(?:赞|支持|回复|反对|踩)\s*[(（\[]?\d{1,5}[)）\]]?|\d{1,2}\s*(?:秒|分钟|分鐘|小时|小時|天|个月)前|昨天\s*[\d:：]*"
)
_LONGEST_REPLY, _FEWEST_REPLIES = 12, 2
_NAMED = "//*[@id='js_content'] | //*[@itemprop='articleBody'] | //article"
# Holds the text of an account's page, and its credits, which are not sentences.
_ACCOUNT_TEXT = "js_content"
_SENTENCE = re.compile("[。！？；，、：…」”]|[.,;!?] ")
_NEARLY_ALL = 0.85  # of the sentences; below this, the rest may belong to the article
_NO_CONTAINER = frozenset(("p", "li", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "span", "a"))


@dataclass(frozen=True, slots=True)
class Found:
    """The article of a page.

    Attributes:
        element: holds the article.
        aside: elements within it that do not belong to it.
        left_out: sentences elsewhere on the page, in order.
    """

    element: Any
    aside: frozenset[Any]
    left_out: tuple[str, ...]


@dataclass(slots=True)
class _ElementCounts:
    """Counts for an element: characters in sentences, in links and in all, and links."""

    prose: int = 0
    linked: int = 0
    all: int = 0
    links: int = 0

    def add(self, other: _ElementCounts) -> None:
        self.prose += other.prose
        self.linked += other.linked
        self.all += other.all
        self.links += other.links


def find_article(root: Any, walk: Any, hidden: frozenset[Any] = frozenset()) -> Found:
    """The element of a page that holds its article.

    Args:
        root: the page's lxml tree.
        walk: lxml's `iterwalk`.
        hidden: elements that the page does not show.
    """
    own, lines = _tallies(root, walk)
    sums = _summed(root, own, frozenset())
    talk = _discussions(root, sums)
    total = sums[root].prose - sum(sums[e].prose for e in talk)
    asides = (e for e in root.iter("*") if e is not root and _is_aside(e, sums[e], total))
    aside = hidden | talk | frozenset(asides)
    sums = _summed(root, own, aside)
    here = root
    named = [e for e in root.xpath(_NAMED) if e in sums]
    if named and sums[best := max(named, key=lambda e: sums[e].prose)].prose > 0.4 * sums[root].prose:
        here = best
    while here.get("id") != _ACCOUNT_TEXT:
        children = [child for child in here if child in sums]
        inner = max(children, key=lambda child: sums[child].prose, default=None)
        if inner is None or inner.tag in _NO_CONTAINER:
            break
        if not 0 < _NEARLY_ALL * sums[here].prose <= sums[inner].prose:
            break
        here = inner
    inside = {e for e in here.iter() if e in sums} | {e for one in hidden for e in one.iter()}
    return Found(here, aside, tuple(line for element, line in lines if element not in inside))


def _discussions(root: Any, sums: dict[Any, _ElementCounts]) -> frozenset[Any]:
    """Elements that hold comments: two children or more, each with a mark of one, and little else.

    The marks are 回复, 举报, 3小时前, 2楼 and the like, alone in an element.
    """
    marks: dict[Any, int] = dict.fromkeys(sums, 0)
    for element in sums:
        words = (element.text or "").strip()
        if words and len(words) <= _LONGEST_REPLY and _REPLY.fullmatch(words):
            marks[element] = 1
    for element in reversed(sums):
        if element is not root:
            marks[element.getparent()] += marks[element]
    found: set[Any] = set()
    for element in sums:  # document order: the outermost first
        if element.getparent() in found:
            found.add(element)
            continue
        if marks[element] < _FEWEST_REPLIES:
            continue
        children = [child for child in element if child in sums and sums[child].all]
        marked = [child for child in children if marks[child]]
        rest = sums[root].prose - sums[element].prose
        if len(marked) >= _FEWEST_REPLIES and 3 * len(marked) >= 2 * len(children) and rest > 0:
            found.add(element)
    return frozenset(found)


def _summed(root: Any, own: dict[Any, _ElementCounts], aside: frozenset[Any]) -> dict[Any, _ElementCounts]:
    """Tallies including all elements below, for every element that is not ignored."""
    sums: dict[Any, _ElementCounts] = {}
    for element in root.iter("*"):  # document order: parents come first
        if element is root or (element.getparent() in sums and element not in aside):
            sums[element] = replace(own[element]) if element in own else _ElementCounts()
    for element in reversed(sums):
        if element is not root:
            sums[element.getparent()].add(sums[element])
    return sums


def _tallies(root: Any, walk: Any) -> tuple[dict[Any, _ElementCounts], list[tuple[Any, str]]]:
    """The tally of each block's own text, and all sentences with their block."""
    own: defaultdict[Any, _ElementCounts] = defaultdict(_ElementCounts)
    lines: list[tuple[Any, str]] = []
    line: list[str] = []
    blocks: list[Any] = [root]
    linked = skipped = anchors = 0

    def end() -> None:
        nonlocal linked
        words = " ".join("".join(line).split())
        line.clear()
        if words:
            tally = own[blocks[-1]]
            tally.all += len(words)
            tally.linked += linked
            if len(words) >= 15 and linked < len(words) / 2 and _SENTENCE.search(words):
                tally.prose += len(words)
                lines.append((blocks[-1], words))
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
                own[blocks[-1]].links += 1
            add(element.text)
            continue
        if event == "end":
            if is_block(tag):
                end()
                blocks.pop()
            anchors -= tag == "a"
            skipped -= is_skipped(tag)
        if element is not root:
            add(element.tail)
    end()
    return own, lines


def _is_aside(element: Any, tally: _ElementCounts, total: int) -> bool:
    """Whether an element does not belong to the article: by its name, or as a list of links."""
    if not isinstance(element.tag, str) or 2 * tally.prose > total or element.tag in ("html", "body"):
        return False
    if element.tag in _ASIDE_TAGS or _ASIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return True
    return tally.links >= 2 and tally.linked >= 0.7 * tally.all > 0
