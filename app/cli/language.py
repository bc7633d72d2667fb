"""The language of the command line: help, results and errors in the language of the user.

Commands write `say("没有改动")` and print faults by `shown(error)`. Both use the language of the command
line, never the locale of `app.i18n`: exports and stored documents do not depend on who runs a command.
"""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

import click

from app import i18n
from app.i18n import DOMAIN, FOLDER, LOCALES, Locale, worded

_FALLBACK: Locale = "en"
_language: ContextVar[Locale] = ContextVar("language", default=_FALLBACK)


def choose(words: Sequence[str], environ: Mapping[str, str]) -> None:
    """Set the language: that of the option `--lang`, else of LC_ALL, LC_MESSAGES or LANG, else English."""
    asked = [after for word, after in pairwise(words) if word == "--lang"]
    asked += [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    asked += [environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    name = next(filter(None, asked), "")
    language = re.split(r"[_.@-]", name)[0].lower()
    language = language if language in LOCALES else _FALLBACK
    _language.set(language)
    # Click asks the standard library for its own messages, which reads this variable first.
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, str(FOLDER))
    gettext.textdomain(DOMAIN)


def speaking() -> AbstractContextManager[None]:
    """Set the locale of `app.i18n` to the language of the command line, for the code inside."""
    return i18n.use_locale(_language.get())


def say(message: str, **values: Any) -> str:
    """Translate a message into the language of the command line and fill in its values."""
    with speaking():
        return i18n.say(message, **values)


def shown(text: object) -> str:
    """Translate a fault, or another text that was made by `app.i18n.worded`."""
    with speaking():
        return i18n.shown(text)


def listed(names: Sequence[str]) -> str:
    """Names with the language's commas between them."""
    return say("、").join(names)


# -- commands and options whose help is translated when it is printed

_METAVARS = (
    worded("[OPTIONS]"), worded("COMMAND [ARGS]..."), worded("DIRECTORY"), worded("INTEGER"),
    worded("INTEGER RANGE"), worded("PATH"), worded("TEXT"),
)  # fmt: skip


class _Helpful:
    """Keeps the Chinese help; gives it in the language of the command line."""

    _help: str | None = None

    @property
    def help(self) -> str | None:
        """The help in the language of the command line; indented paragraphs keep their lines."""
        return say(self._help).replace("\n\n    ", "\n\n\b\n    ") if self._help else self._help

    @help.setter
    def help(self, text: str | None) -> None:
        self._help = text


class Command(_Helpful, click.Command):
    """A command with translated help."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The words that follow `Usage: meipi`."""
        return [shown(worded(piece)) for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help` in the present language; Click would keep the language of the first call."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = gettext.gettext("Show this message and exit.")
        return option


class Group(Command, click.Group):
    """A group of commands with translated help."""

    command_class = Command


class Option(_Helpful, click.Option):
    """An option with translated help."""

    def make_metavar(self, ctx: click.Context) -> str:
        """The word for its value in help and errors."""
        if self.metavar is not None:
            return say(self.metavar)
        return shown(worded(super().make_metavar(ctx)))


class Argument(click.Argument):
    """An argument with a translated name."""

    def make_metavar(self, ctx: click.Context) -> str:
        """The word for its value in help and errors."""
        return say(super().make_metavar(ctx))


# What a decorator of Click takes and returns: a function, or the command made of it.
_F = TypeVar("_F", bound=Callable[..., Any])


def argument(*names: str, **attributes: Any) -> Callable[[_F], _F]:
    """`click.argument`, translated."""
    return click.argument(*names, cls=Argument, **attributes)


def option(*names: str, **attributes: Any) -> Callable[[_F], _F]:
    """`click.option`, translated."""
    return click.option(*names, cls=Option, **attributes)


command = partial(click.command, cls=Command)
