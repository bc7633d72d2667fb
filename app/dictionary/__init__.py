"""Help with the language: the dictionary for looking words up, readings, and lists for learners."""

from typing import TYPE_CHECKING

from app.late import late

if TYPE_CHECKING:
    from app.dictionary import cedict as cedict
    from app.dictionary import learner as learner
    from app.dictionary import phrases as phrases

__all__ = ["cedict", "entries", "language", "learner", "phrases"]
__getattr__ = late(__name__, __all__)
