"""The library: articles read, added, saved and kept in the index.

`reading` is light and all that web workers use, with `uses`, the counts of uses as plain values. `library`
adds the text engine and writing; `exchange` moves the glossary to other programs and back.
"""

__all__ = [
    "adding",
    "annotating",
    "batches",
    "comparing",
    "correcting",
    "drafting",
    "exchange",
    "jsonl",
    "library",
    "reading",
    "refreshing",
    "translating",
    "uses",
    "workers",
]
