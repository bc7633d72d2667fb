"""Help with the language: the dictionary for looking words up, readings, and lists for learners."""

__all__ = ["cedict", "entries", "language", "learner", "phrases"]
