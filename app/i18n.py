"""The languages of the interface: one gettext catalogue for each.

Pages write `say("文库")`, templates `_("文库")`; the result is in the locale that `use_locale` has set. The
catalogue of a locale is `app/locale/LOCALE/LC_MESSAGES/meipi.po`, compiled to `.mo` next to it when Meipi is
installed, or by `make setup`; `.mo` files are not in git. A new language is a new folder. Messages without a
translation stay as they are in the code; a test names them. Texts of the library are content, not messages.

Pages and commands are written in Chinese, and the English catalogue translates them. Faults are written in
English, as log lines need them, and so are Click's own messages; the Chinese catalogue translates those. The
catalogue of a third language has both. A fault is translated where it is printed: `worded` keeps its
template and values, `shown` translates it.

A message with `%(n)s` has a plural: the catalogue holds one form for each plural of the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Any, TypeAlias

# The language of the messages in the code; and the same in traditional characters, to which whole pages are
# converted.
SOURCE, TRADITIONAL = "zh", "hant"
DOMAIN = "meipi"
FOLDER = Path(__file__).parent / "locale"

# A language code such as "en"; also `TRADITIONAL`.
Locale: TypeAlias = str
# Every language that a reader can choose.
LOCALES: tuple[Locale, ...] = (
    SOURCE,
    *sorted({path.parent.name for path in FOLDER.glob("*/LC_MESSAGES")} - {SOURCE}),
)

# The same, and Chinese in traditional characters.
CHOICES: tuple[Locale, ...] = (SOURCE, TRADITIONAL, *LOCALES[1:])

_locale: ContextVar[Locale] = ContextVar("locale", default=SOURCE)


@contextmanager
def use_locale(locale: Locale) -> Iterator[None]:
    """Set the locale for the code inside."""
    token = _locale.set(locale)
    try:
        yield
    finally:
        _locale.reset(token)


def locale() -> Locale:
    """The current locale."""
    return _locale.get()


def is_chinese() -> bool:
    """Whether the interface is in Chinese now, in either script."""
    return _locale.get() in (SOURCE, TRADITIONAL)


def say(message: str, **values: Any) -> str:
    """Translate a message and fill in its values.

    Args:
        message: in Chinese, with %(name)s for values.
        values: the number `n` selects the plural form.
    """
    text = translated(message, values.get("n"))
    return text % values if values else text


def mark(message: str) -> str:
    """Mark a message for the catalogue where it is defined; `say` translates it where it is shown."""
    return message


class Message(str):
    """A text in the language of the code that knows how it was made, so that it can be translated later."""

    template: str
    values: Mapping[str, Any]


def worded(template: str, **values: Any) -> Message:
    """Fill values into a template and keep both for `shown`; values may be messages themselves."""
    made = Message(template % values if values else template)
    made.template, made.values = template, values
    return made


def shown(text: object) -> str:
    """Translate a `Message`, or that of an exception, into the current locale; others only become strings."""
    if isinstance(text, BaseException):
        text = message_of(text)
    if not isinstance(text, Message):
        return str(text)
    known = catalogue(SOURCE if is_chinese() else _locale.get())
    n = text.values.get("n")
    if isinstance(n, int):
        template = known.ngettext(text.template, text.template, n)
    else:
        template = known.gettext(text.template)
    values = {k: shown(v) if isinstance(v, Message | BaseException) else v for k, v in text.values.items()}
    return template % values if values else template


def message_of(error: BaseException) -> Message:
    """The message that an exception was raised with, else its words; its type if it has none."""
    if error.args and isinstance(error.args[0], Message):
        return error.args[0]
    return worded("%(words)s", words=str(error) or type(error).__name__)


def translated(message: str, n: object = None) -> str:
    """The message in the current locale, its values not filled in; in the plural form for `n`."""
    locale = _locale.get()
    if is_chinese() or not message:
        return message
    if isinstance(n, int):
        return catalogue(locale).ngettext(message, message, n)
    return catalogue(locale).gettext(message)


def messages(catalogue: GNUTranslations) -> list[str]:
    """The Chinese messages of a catalogue."""
    # The standard library offers no other way to list them. Plural forms are keyed by message and number.
    keys: Mapping[str | tuple[str, int], str] = catalogue._catalog  # type: ignore[attr-defined]
    return [*{key if isinstance(key, str) else key[0]: None for key in keys if key}]


@cache
def catalogue(locale: Locale) -> GNUTranslations:
    """The translations of a locale."""
    with (FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return GNUTranslations(file)


def uncompiled(folder: Path = FOLDER) -> list[Path]:
    """The catalogues whose `.mo` file is missing or older than their source."""
    return [
        made
        for locale in sorted(folder.glob("*/LC_MESSAGES"))
        if not (made := locale / f"{DOMAIN}.mo").exists()
        or ((source := made.with_suffix(".po")).exists() and source.stat().st_mtime > made.stat().st_mtime)
    ]


# A string of a script, in double quotes and on one line, with a Chinese character in it.
_SCRIPT_WORDS = re.compile(r'"((?:[^"\\\n]|\\.)*[\u4e00-\u9fff](?:[^"\\\n]|\\.)*)"')


def script_words(scripts: Iterable[str]) -> list[str]:
    """The messages in the browser's scripts: every string with a Chinese character."""
    return sorted({text for script in scripts for text in _SCRIPT_WORDS.findall(script)})


@cache
def language_names() -> Mapping[Locale, str]:
    """Every language that a reader can choose, by its own name."""
    own = mark("中文")  # translated by the language's own name, "English"
    return {SOURCE: own, TRADITIONAL: "繁體中文"} | {
        locale: catalogue(locale).gettext(own) for locale in LOCALES[1:]
    }


# Characters of a header that is kept in memory; browsers send fewer.
_MAX_ACCEPT_LANGUAGE = 300

# Variants of Chinese in traditional characters: zh-Hant, zh-TW, zh-Hant-HK, but not zh-Hans-HK.
_IN_TRADITIONAL = re.compile(r"^(?:hant\b|(?:tw|hk|mo)\b)")


def preferred(header: str) -> Locale:
    """The locale for an Accept-Language header; Chinese if it prefers none of `CHOICES` or is overlong."""
    return _preferred(header) if len(header) <= _MAX_ACCEPT_LANGUAGE else SOURCE


@lru_cache(1024)
def _preferred(header: str) -> Locale:
    weights = dict.fromkeys(CHOICES, 0.0)
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        found = re.search(r"q\s*=\s*([\d.]+)", parameters)
        try:
            weight = float(found.group(1)) if found else 1.0
        except ValueError:
            weight = 0.0
        language, _, variant = name.strip().partition("-")
        if language == SOURCE and _IN_TRADITIONAL.search(variant):
            language = TRADITIONAL
        if language in weights:
            weights[language] = max(weights[language], weight)
    return max(weights, key=weights.__getitem__)  # the first of equals: Chinese
