"""Share images of paragraphs and articles."""

from app.pages.cards.drawing import SIZES, CardRefused, CardText, Size, draw, lacking, refusal

__all__ = ["SIZES", "CardRefused", "CardText", "Size", "draw", "lacking", "refusal"]
