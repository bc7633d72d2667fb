"""The catalogues of the interface: `make messages` brings them up to date and compiles them.

It collects the messages of code and templates, keeps existing translations, adds new messages without one,
and removes unused messages. `tests/test_i18n.py` fails when a catalogue, its compiled file
and the code disagree.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from app.http.static import lean  # noqa: E402
from app.i18n import script_words  # noqa: E402

LOCALES = ROOT / "app" / "locale"
# Functions that take a Chinese message, and the one that takes a message in either language.
CHINESE = {"say": None, "mark": None, "_": None, "gettext": None, "ngettext": (1, 2)}
EITHER = {"worded": None}
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false", "newstyle_gettext": "true"}
HAN = re.compile("[\u4e00-\u9fff]")
TRANSLATABLE = re.compile("[\u201c\u201d\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]")
PLURAL = "%(n)s"
# Where Chinese messages are: folder, files, method, functions, and the characters that tell them from others.
SOURCES = (
    (ROOT / "app", "**.py", "python", CHINESE, TRANSLATABLE),
    (ROOT / "app", "**.py", "python", EITHER, HAN),
    (ROOT / "templates", "**.*", "jinja2", CHINESE, TRANSLATABLE),
)
# Faults of files, in English: their constant arguments with a space are messages.
FAULTS = {
    "ContentError",
    "ContentMissing",
    "Doubt",
    "Finding",
    "MissingExtra",
    "_Fault",
    "_line_fault",
    "fault",
    "refuse",
}
CLICK = Path(click.__file__).parent
# Modules of Click whose messages no command of ours prints.
UNUSED = {"_winconsole.py", "shell_completion.py"}

# A message, or its singular and plural.
Text = str | tuple[str, str]


def chinese() -> Iterator[tuple[str, Text]]:
    """File and text of every message that is written in Chinese."""
    for folder, pattern, method, keywords, characters in SOURCES:
        options = {pattern: JINJA if method == "jinja2" else {}}
        for name, _, message, _, _ in extract_from_dir(folder, [(pattern, method)], options, keywords):
            for text in [message] if isinstance(message, str) else [m for m in message if m]:
                if characters.search(text):
                    yield str((folder / name).relative_to(ROOT)), (text, text) if PLURAL in text else text
    for text in script_words(scripts()):
        yield "static/js", text


def scripts() -> list[str]:
    """The browser's scripts, as they are served."""
    return [lean(".js", path.read_bytes()).decode() for path in sorted((ROOT / "static/js").rglob("*.js"))]


def english() -> Iterator[tuple[str, Text]]:
    """File and text of every message that is written in English: faults, and Click's own."""
    for name, _, text, _, _ in extract_from_dir(ROOT / "app", [("**.py", "python")], {}, EITHER):
        if not HAN.search(text):
            yield f"app/{name}", text
    for path in sorted((ROOT / "app").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in FAULTS:
                for value in call.args:
                    if (
                        isinstance(value, ast.Constant)
                        and isinstance(value.value, str)
                        and " " in value.value
                    ):
                        yield str(path.relative_to(ROOT)), value.value
    for name, _, text, _, _ in extract_from_dir(CLICK, [("**.py", "python")], {}, CHINESE):
        if name not in UNUSED:
            yield f"click/{name}", text


def extracted(locale: str) -> Iterator[tuple[str, Text]]:
    """The messages that are not in this language already."""
    if locale != "zh":
        yield from chinese()
    if locale != "en":
        yield from english()


def template(locale: str) -> Catalog:
    """A catalogue of the messages of a locale, not translated."""
    catalogue = Catalog(project="Meipi", fuzzy=False)
    for file, text in extracted(locale):
        catalogue.add(text, locations=[(file, 0)])
    return catalogue


def update(path: Path) -> Catalog:
    """A catalogue with exactly the messages of the code, translated as far as it was before."""
    with path.open("rb") as file:
        catalogue = read_po(file, domain="meipi")
    new = template(path.parts[-3])
    new.creation_date = catalogue.creation_date  # no change without a changed message
    catalogue.update(new, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def compile_catalogue(path: Path) -> None:
    """Write the `.mo` file of a catalogue; several processes may do it at once."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    made = path.with_suffix(f".{os.getpid()}")
    with made.open("wb") as file:
        write_mo(file, catalogue)
    made.replace(path.with_suffix(".mo"))


def main() -> None:
    """Begin catalogues for the languages given; update and compile all, list missing translations."""
    for locale in sys.argv[1:]:
        path = LOCALES / locale / "LC_MESSAGES" / "meipi.po"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            write_po(file, Catalog(locale=locale, project="Meipi", fuzzy=False))
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
        compile_catalogue(path)
    sys.exit(lacking > 0)


if __name__ == "__main__":
    main()
