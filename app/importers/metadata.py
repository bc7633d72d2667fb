"""Normalises the metadata of files: languages, titles and names."""

from __future__ import annotations

import re

_HANT = re.compile(r"^zh\b.*-(?:hant|tw|hk|mo)\b", re.IGNORECASE)

# Titles and names that programs fill in.
_AUTOMATIC = re.compile(
    r"(?:Microsoft Word|PowerPoint 演示文稿|Untitled|未命名|无标题|新建.{0,12}(?:文档|文件)).*"
    r"|(?:Word |WPS )?(?:Document|文档|标题|title)\s*\d*|.*\.(?:docx?|pdf|indd|fit|txt|html?|wps)"
    r"|(?:Administrator|Admin|Users?|Windows 用户|微软用户|雨林木风|Microsoft|lenovo|dell|hp|asus|apple)\d*",
    re.IGNORECASE,
)


def language(tag: str) -> str:
    """A normalised language tag: zh-Hans and zh-Hant for the two scripts, others unchanged."""
    tag = tag.strip().replace("_", "-")
    if _HANT.match(tag):
        return "zh-Hant"
    return "zh-Hans" if re.match(r"zh-(?:hans|cn|sg|my)\b", tag, re.IGNORECASE) else tag[:35]


def own_words(words: str) -> str:
    """A title or name; "" if a program filled it in: Microsoft Word - 文档1, Administrator."""
    words = " ".join(words.split())
    return "" if _AUTOMATIC.fullmatch(words) else words
