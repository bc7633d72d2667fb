"""One article document a line, as the API has it and with word ends, for `from_json` to read back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO

from app.document import to_json
from app.export.press import Press
from app.model import Document


def write(_: Press, documents: Iterable[Document], out: BinaryIO) -> None:
    """Line by line, for libraries of any size."""
    for document in documents:
        line = json.dumps(to_json(document, cuts=True), ensure_ascii=False) + "\n"
        # A lone surrogate has no UTF-8; its escape is JSON for the same character.
        out.write(line.encode("utf-8", "backslashreplace"))
