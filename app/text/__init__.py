"""Annotation of Chinese texts, in pure functions: no files, no log.

`annotator` is the main entry. This module imports nothing, since pages need only a few light modules of the
folder, without the rules for speakers.
"""

__all__ = [
    "annotator", "bilingual", "compare", "dateline", "dates", "folding", "inline", "paragraphs",
    "phrase_changes", "query", "quotes", "readings", "reasons", "reflow", "reuse", "segment",
    "source_facts", "source_lines", "terms", "translation",
]  # fmt: skip
