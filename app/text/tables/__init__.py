"""Tables of characters, in text files next to this one. A line that begins with # is a comment."""

from __future__ import annotations

from pathlib import Path


def entries(name: str) -> list[str]:
    """The entries of a table: runs of characters with spaces between them."""
    lines = Path(__file__).with_name(f"{name}.txt").read_text("utf-8").splitlines()
    return [entry for line in lines if not line.startswith("#") for entry in line.split()]
