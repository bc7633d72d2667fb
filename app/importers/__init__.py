"""Reads a file of any known format into text and metadata.

`receive_safely` and `read_safely` read a file in a worker process under limits. `decode` finds the encoding
of a text. Each format has a module of its own. Nothing here touches the disk or the network. A file is read,
or refused by a `ContentError` with problem and remedy.
"""

from app.importers.around import reflow_imported, reflow_received
from app.importers.cage import read_safely, receive_safely
from app.importers.encodings import decode
from app.importers.folders import Selection, select_files
from app.importers.head import Head, supplied_title
from app.importers.imported import FINDINGS, Imported
from app.importers.reading import LIMIT, read
from app.importers.received import Received, part_of, receive

__all__ = [
    "FINDINGS", "LIMIT", "Head", "Imported", "Received", "Selection", "decode", "part_of", "read",
    "read_safely", "receive", "receive_safely", "reflow_imported", "reflow_received", "select_files",
    "supplied_title",
]  # fmt: skip
