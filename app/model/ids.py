"""Typed ids, and the limits of numbers in a stored document."""

from __future__ import annotations

import re
from typing import Annotated, NewType

from msgspec import Meta

ArticleId = NewType("ArticleId", str)
BlockId = NewType("BlockId", str)
TermId = NewType("TermId", str)
SpeakerId = NewType("SpeakerId", str)
# Ids of articles, terms and people.
ARTICLE_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
# Language tags (BCP 47) that name files of translations.
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
# Decoding a document checks these limits. Every database stores 10**9 in an integer column.
Number = Annotated[int, Meta(ge=0, le=10**9)]
Rate = Annotated[float, Meta(ge=0, le=1)]
