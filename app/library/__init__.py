"""The library: articles read, added, saved and kept in the index.

`reading` is light and all that web workers use, with `uses` and `series`, the counts of uses as plain
values, and `reuse`, the words of an article that others have. `library` adds the text engine and writing;
`exchange` moves the glossary to other programs and back, and `counting` counts it in texts that are not held.
"""

__all__ = [
    "adding", "annotating", "batches", "comparing", "correcting", "counting", "drafting", "effects",
    "exchange", "jsonl", "knowing", "library", "marking", "reading", "refreshing", "reuse", "series",
    "translating", "uses", "workers",
]  # fmt: skip
