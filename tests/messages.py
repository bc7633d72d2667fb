"""The catalogues of the interface: `make messages` brings them up to date and compiles them.

It collects the messages of code and templates, keeps existing translations, adds new messages without one,
and removes messages that are no longer used. `tests/test_i18n.py` fails when a catalogue, its compiled file
and the code disagree.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "app" / "locale"
KEYWORDS = {"say": None, "mark": None, "_": None, "gettext": None, "ngettext": (1, 2)}
SOURCES = (
    (ROOT / "app", "**.py", "python"),
    (ROOT / "templates", "**.*", "jinja2"),
)
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false", "newstyle_gettext": "true"}
TRANSLATABLE = re.compile("[\u201c\u201d\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]")
PLURAL = "%(n)s"


def extracted() -> Iterator[tuple[str, str]]:
    """File and text of every message in code and templates."""
    for folder, pattern, method in SOURCES:
        options = {pattern: JINJA if method == "jinja2" else {}}
        found = [*extract_from_dir(folder, [(pattern, method)], options, KEYWORDS)]
        for name, _, message, _, _ in found:
            for text in [message] if isinstance(message, str) else [m for m in message if m]:
                if TRANSLATABLE.search(text):
                    yield str((folder / name).relative_to(ROOT)), text


def template() -> Catalog:
    """A catalogue of all messages, not translated."""
    catalogue = Catalog(project="Meipi", fuzzy=False)
    for file, text in extracted():
        catalogue.add((text, text) if PLURAL in text else text, locations=[(file, 0)])
    return catalogue


def update(path: Path) -> Catalog:
    """A catalogue with exactly the messages of the code, translated as far as it was before."""
    with path.open("rb") as file:
        catalogue = read_po(file, domain="meipi")
    new = template()
    new.creation_date = catalogue.creation_date  # no change without a changed message
    catalogue.update(new, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def main() -> None:
    """Update and compile every catalogue; name the messages that lack a translation."""
    lacking = 0
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        if path.name == "meipi.po":
            catalogue = update(path)
            with path.open("wb") as file:
                write_po(
                    file, catalogue, width=0, include_lineno=False, sort_by_file=True, ignore_obsolete=True
                )
        with path.open("rb") as file:
            catalogue = read_po(file)
        for message in catalogue:
            if message.id and not all(
                [message.string] if isinstance(message.string, str) else message.string
            ):
                lacking += 1
                print(f"{path.relative_to(ROOT)}:{message.lineno}: no translation of {message.id!r}")
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
    sys.exit(lacking > 0)


if __name__ == "__main__":
    main()
