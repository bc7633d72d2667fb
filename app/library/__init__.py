"""The library: what pages ask of it, and how texts come into it."""

__all__ = ["batches", "exchange", "library", "reading"]
