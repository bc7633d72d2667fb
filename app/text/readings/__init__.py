"""Pinyin, word boundaries for pinyin, and conversion between scripts."""

__all__ = ["pinyin", "polyphones", "script", "words"]
