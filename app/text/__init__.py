"""Chinese text to annotations: pure, no files, no log.

`annotator` is the front door. Nothing is imported here: pages need a few light parts of this, and not the
rules for speakers.
"""

# Raised when the same text and knowledge would be annotated otherwise: stored documents are then made anew.
VERSION = 5

__all__ = [
    "annotator",
    "dateline",
    "dates",
    "folding",
    "inline",
    "paragraphs",
    "query",
    "quotes",
    "readings",
    "reflow",
    "segment",
    "source_lines",
    "terms",
]
