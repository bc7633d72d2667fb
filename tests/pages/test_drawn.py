"""Annotations that pages draw without knowing their kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.model import Annotation, ArticleId, Block, BlockId, Document, Header, Knowledge
from app.pages.article import DocumentView
from app.pages.blocks import focus
from app.text.inline import Node


@dataclass(frozen=True, slots=True)
class Weight(Annotation):
    """A kind that the program does not have."""

    node: ClassVar[str] = "weight"


def test_an_annotation_with_a_node_is_drawn_and_is_the_data_of_its_node():
    block = Block(BlockId("p1"), 1, "paragraph", "他挑了三十斤米。")
    found: Any = (Weight(block.id, 3, 6),)
    view = DocumentView(Document(Header(ArticleId("a"), "米"), 0, (block,), quote_marks=found), Knowledge())
    weight = Node("weight", children=(Node("text", "三十斤"),), data=found[0])
    assert focus(view, block.id).nodes == (Node("text", "他挑了"), weight, Node("text", "米。"))
