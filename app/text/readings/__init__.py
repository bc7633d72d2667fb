"""How words are read and written: pinyin, and the other script."""

__all__ = ["pinyin", "polyphones", "script", "words"]
