"""Who says what: quotations, their extents, types and speakers."""

from app.text.quotes.attribution import SpeakerIndex, attribute
from app.text.quotes.corrections import correct
from app.text.quotes.names import is_chinese_name

__all__ = ["SpeakerIndex", "attribute", "correct", "is_chinese_name"]
