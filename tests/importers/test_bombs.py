"""Small bombs of every kind and format are read, or refused with a message, without an exception.

`make faults` reads large ones, and measures what they take.
"""

from __future__ import annotations

import pytest
from bombs import FORMATS, bombs

from app.errors import ContentError
from app.i18n import message_of
from app.importers import receive_safely
from app.importers.blocks import are_wrapped
from app.process import Limits, Worker


@pytest.mark.parametrize("format", FORMATS)
def test_every_kind_is_read_or_refused_with_a_message(format: str) -> None:
    for name, data in bombs(format, len(FORMATS[format]), smallest=1000, largest=3000):
        try:
            found = receive_safely(f"a.{format}", data)
        except ContentError as fault:
            assert message_of(fault) and fault.remedy, name
        else:
            assert found.imported.format, name


# What was quadratic: each of these took more than the limit of the worker, which refuses with F20.
@pytest.mark.parametrize(
    ("format", "kind"),
    [("md", "inline tags"), ("md", "spaces"), ("html", "title"), ("html", "title of sites")],
)
def test_long_files_of_simple_kinds_are_read(format: str, kind: str) -> None:
    (data,) = (
        data
        for name, data in bombs(format, len(FORMATS[format]), smallest=10_000, largest=300_000)
        if name.rpartition(" ")[0] == kind
    )
    assert receive_safely(f"a.{format}", data).pieces


def test_a_hundred_thousand_short_paragraphs_are_looked_at_once() -> None:
    """Reading them took the time of their number squared: much more than the worker may take."""
    worker = Worker(limits=Limits(2**30, 5, 1000))
    assert worker(are_wrapped, ["文"] * 100_000)
    assert not worker(are_wrapped, ["文。"] * 100_000)
