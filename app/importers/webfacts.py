"""What a web page states about its article: in meta tags, JSON-LD, headings, and lines near the headline."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from app.importers.blocks import is_block
from app.text.dateline import Dateline, read_dateline
from app.text.dates import iso_date

# Where pages state a fact, the most reliable place first: (attribute, value).
_META = {
    "title": (
        ("property", "og:title"),
        ("name", "twitter:title"),
        ("name", "ArticleTitle"),
        ("name", "title"),
    ),
    "author": (
        ("name", "author"),
        ("property", "article:author"),
        ("property", "og:article:author"),
        ("name", "byline"),
    ),
    "date": (
        ("property", "article:published_time"),
        ("name", "publishdate"),
        ("name", "pubdate"),
        ("name", "publish_time"),
        ("name", "firstpublishedtime"),
        ("property", "og:release_date"),
        ("itemprop", "datePublished"),
        ("name", "dc.date"),
        ("name", "date"),
    ),
    "publication": (
        ("name", "source"),
        ("name", "ContentSource"),
        ("name", "mediaid"),
        ("property", "og:site_name"),
        ("name", "application-name"),
    ),
    "url": (("property", "og:url"),),
}
_LINKED_DATA = {
    "title": "headline",
    "author": "author",
    "date": "datePublished",
    "publication": "publisher",
    "url": "url",
}
_NEAR = 8  # elements after a headline that are looked at
_SUBTITLE = re.compile(r"\bsub-?(?:title|head|heading|tit)?\b|futi|fubiaoti|deck|standfirst", re.IGNORECASE)
_PLATFORMS = frozenset(("微信公众平台", "WordPress", "Blogger"))
# Characters; a longer title is none, and finding the names at its end would take long.
_LONGEST_TITLE = 500
_SITE = re.compile(r"\s*[_|｜–-]\s*([^_|｜–-]{1,16})$")
_SITE_NAME = re.compile(
    r"(?:网|網|报|報|社|台|臺|频道|頻道|新闻|新聞|在线|線上|客户端|中心|博客|百科|\.\w{2,4})$"
)
_STAMP = re.compile(r"\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}日?\s*\d{1,2}:\d{2}")
_SOURCE = re.compile(r"(?:来源|來源)\s*[:：]\s*([^\s|｜，。；<>()（）]{2,20})")
_AUTHOR = re.compile(r"作者\s*[:：]\s*([^\s|｜，。；<>()（）]{2,20})")


def page_facts(root: Any) -> dict[str, str]:
    """Title, author, date, publication and address, from all places where pages state them."""
    linked = _linked_data(root)
    words = " ".join(_visible(root))
    meta = {fact: _meta(root, places) for fact, places in _META.items()}
    facts = {fact: next(iter(meta[fact]), "") or linked.get(key, "") for fact, key in _LINKED_DATA.items()}
    own = [h for h in (_words(heading) for heading in root.iter("h1", "h2")) if h]
    named = _words(next(root.iter("title"), None))
    headline = next((h for h in own if len(h) > 3 and h in (facts["title"] or named)), "")
    first = [h for h in (_words(heading) for heading in root.iter("h1")) if len(h) > 3]
    if not headline and not facts["title"] and len(first) == 1:
        headline = first[0]  # the page names only its site
    facts["title"] = headline or _without_site(facts["title"] or named, facts["publication"])
    for line in _datelines(root):
        facts["date"] = facts["date"] or line.date
        facts["author"] = facts["author"] or line.author
        if line.publication and not _meta(root, _META["publication"][:3]):
            facts["publication"] = line.publication
    if not facts["date"]:
        stamp = _STAMP.search(words)
        times = [t.get("datetime") or _words(t) for t in root.iter("time")]
        facts["date"] = next(filter(iso_date, times), "") or (stamp[0] if stamp else "")
    facts["subtitle"] = _subtitle(root, facts["title"])
    account = _words(next(iter(root.xpath("//*[@id='js_name' or @id='profileBt']")), None))
    printed = _SOURCE.search(words)
    if printed and not _meta(root, _META["publication"][:3]):
        facts["publication"] = printed[1]
    if facts["publication"] in _PLATFORMS:
        facts["publication"] = account
    if not facts["author"]:
        facts["author"] = _words(next(iter(root.xpath("//*[@id='js_author_name']")), None))
    if not facts["author"] and (writer := _AUTHOR.search(words)):
        facts["author"] = writer[1]
    if re.match(r"https?:|\d+$", facts["author"]):  # the address or number of an account
        facts["author"] = ""
    links = (link.get("href") for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical")
    facts["url"] = next((href for href in links if href), "") or facts["url"]
    return facts


def _datelines(root: Any) -> Iterator[Dateline]:
    """Lines of date and source near the headline, which many pages keep outside the article."""
    for heading in islice((h for h in root.iter("h1", "h2") if len(_words(h)) > 3), 3):
        after = (e for e in heading.itersiblings() if isinstance(e.tag, str))
        around = heading.getparent()
        outer = around.itersiblings() if around is not None else ()
        for element in islice((e for e in (*after, *outer) if isinstance(e.tag, str)), _NEAR):
            words = _words(element)
            if is_block(element.tag) and len(words) < 90 and (line := read_dateline(words)) and line.date:
                yield line


def _subtitle(root: Any, title: str) -> str:
    """The line that the page itself calls a subtitle."""
    for element in root.iter("h1", "h2", "h3", "h4", "p", "div"):
        if _SUBTITLE.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            words = _words(element)
            if 2 < len(words) <= 60 and words != title:
                return words
    return ""


def _meta(root: Any, places: tuple[tuple[str, str], ...]) -> list[str]:
    found = []
    for attribute, wanted in places:
        for element in root.iter("meta"):
            content = " ".join((element.get("content") or "").split())
            if content and (element.get(attribute) or "").lower() == wanted.lower():
                found.append(content)
    return found


def _linked_data(root: Any) -> dict[str, str]:
    """The article's metadata in the page's JSON-LD."""
    for script in root.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            todo = deque([json.loads(script.text or "", strict=False)])
        except (ValueError, RecursionError):
            continue
        while todo:
            value = todo.popleft()
            if isinstance(value, list):
                todo.extend(value)
            elif isinstance(value, dict):
                if "headline" in value or "Article" in str(value.get("@type")):
                    return {key: _named(value.get(key)) for key in _LINKED_DATA.values()}
                todo.append(value.get("@graph"))
    return {}


def _named(value: object) -> str:
    """A JSON-LD value as text: a string, a name, or the names of a list."""
    if isinstance(value, list):
        return "、".join(filter(None, map(_named, (v for v in value if not isinstance(v, list)))))
    if isinstance(value, dict):
        value = value.get("name")
    return " ".join(value.split()) if isinstance(value, str) else ""


def _visible(root: Any) -> Iterator[str]:
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in ("script", "style", "title") and element.text:
            yield element.text.strip()
        if element.tail:
            yield element.tail.strip()


def _words(element: Any) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _without_site(title: str, site: str) -> str:
    """A title without the section and site names that pages append: 标题_新闻中心_某某网."""
    title, cut = title[:_LONGEST_TITLE], False
    while tail := _SITE.search(title):
        sure = tail[1] == site or _SITE_NAME.search(tail[1]) or tail[0].lstrip()[0] in "_|｜"
        if len(tail[1]) > 2 * tail.start() > 0:
            break  # the section precedes the headline: 文艺_老手艺的新饭碗
        if not sure and not (cut and len(tail[1]) <= 4):  # the section's name precedes the site's
            break
        title, cut = title[: tail.start()], True
    return title
