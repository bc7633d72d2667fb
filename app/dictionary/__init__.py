"""Help with the language: the dictionary behind every word, readings, and lists for learners."""

__all__ = ["cedict", "entries", "language", "learner", "phrases"]
