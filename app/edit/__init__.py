"""The workbench /edit/: editors add and correct articles, glossary entries and people in the browser.

`door` runs in the web worker: it knows who asks, and lets nothing else through. `answering` runs in a worker
process with the text engine: it makes the pages and writes content/ through the command line's functions.
"""

__all__ = ["accounts", "door", "history", "kinds", "sessions"]
