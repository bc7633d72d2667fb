"""Who says what: quotations, their extents, types and speakers."""

from app.text.quotes.attribution import SpeakerIndex, attribute
from app.text.quotes.corrections import correct

__all__ = ["SpeakerIndex", "attribute", "correct"]
