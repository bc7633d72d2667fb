"""Pages to bytes: the Jinja environment of each language, with compiled templates on disk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from app import urls, web
from app.http.response import REVALIDATE, Ready
from app.http.static import StaticFiles
from app.i18n import TRADITIONAL, Locale, is_chinese, language_names, locale, translated
from app.pages.contexts import Page
from app.pages.fragments import fragment_cache
from app.pages.labels import PREFERENCES
from app.settings import ROOT

if TYPE_CHECKING:
    from app.web.scripts import Convert

TEMPLATES, STATIC = ROOT / "templates", ROOT / "static"


_editing: ContextVar[bool] = ContextVar("editing", default=False)


@contextmanager
def for_editors() -> Iterator[None]:
    """Pages made inside link to the workbench."""
    token = _editing.set(True)
    try:
        yield
    finally:
        _editing.reset(token)


class Renderer:
    """Makes bytes of pages.

    Args:
        base_url: of the site.
        site_name: shown in titles.
        files: the static files, for their addresses; this project's own by default.
        traditional: converts texts to traditional characters; None: pages are in simplified ones only.
        read: pages link to /read/.
        edit: pages of /read/ can hand their text to the workbench.
        languages: pages offer the other languages of the interface.
        report: where readers report mistakes, see `Settings.report`; "" for nowhere.
        compiled: a private folder for compiled templates of exactly this program; None: they are not kept.
    """

    def __init__(
        self,
        base_url: str,
        site_name: str,
        files: StaticFiles | None = None,
        *,
        traditional: Convert | None = None,
        read: bool = False,
        edit: bool = False,
        languages: bool = True,
        report: str = "",
        compiled: Path | None = None,
    ) -> None:
        self._site = {
            "name": site_name,
            "base_url": base_url,
            "read": read,
            "edit": edit,
            "languages": languages,
            "report": report,
        }
        self._environment: Environment | None = None
        self._compiled = compiled
        self._traditional = traditional
        self.fragments = fragment_cache()
        self.files = files or StaticFiles(STATIC)

    @property
    def site_name(self) -> str:
        """The name of the site."""
        return str(self._site["name"])

    def render(
        self, page: Page, *, extra: Sequence[tuple[bytes, bytes]] = (), cache: bytes = REVALIDATE
    ) -> Ready:
        """A page as an answer."""
        body = self.text(page).encode("utf-8", "replace")
        return Ready(body, page.media_type, status=page.status, cache=cache, extra=extra, by_language=True)

    def text(self, page: Page) -> str:
        """A page as its template writes it; in XML, without the characters that XML cannot hold."""
        template = self.environment.get_template(page.template)
        text = template.render(page.context.variables(), meta=page.meta, page=page)
        if page.media_type.endswith("xml"):
            return legal(text)
        if not page.media_type.startswith("text/html"):
            return text
        if not is_chinese():
            return web.scripts.tagged(text)
        if locale() == TRADITIONAL and self._traditional:
            return web.scripts.in_traditional(text, self._traditional)
        return text

    def in_script(self, texts: list[str]) -> Mapping[str, str]:
        """Texts of the interface in the script of the current locale."""
        if locale() == TRADITIONAL and self._traditional:
            return self._traditional(texts)
        return {text: text for text in texts}

    @property
    def environment(self) -> Environment:
        """Jinja, set up at first use, because a cached page needs none."""
        if self._compiled and not self._compiled.is_dir():  # var/ was deleted: compile and keep them again
            self._environment = None
            try:
                self._compiled.mkdir(parents=True, mode=0o700)
            except OSError:
                self._compiled = None
        if self._environment is None:
            self._environment = self._made()
        return self._environment

    def _made(self) -> Environment:
        cache = None
        if self._compiled:
            cache = _Compiled(str(self._compiled), f"{self.files.digest}-%s.cache")
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,  # no template holds constants to compute; looking takes 11 ms a page
            extensions=["jinja2.ext.i18n"],
            bytecode_cache=cache,
        )
        environment.globals.update(
            {
                "url": urls,
                "static": self.files.address,
                "gettext": _gettext,
                "_": _gettext,
                "ngettext": _ngettext,
                "is_chinese": is_chinese,
                "languages": language_names,
                "locale": locale,
                "site": self._site,
                "fragment": self.fragments,
                "editing": _editing.get,
                "preferences": PREFERENCES,
                "read": _read,
                "ui": _ui,
                "zh": _zh,
                "gap": _gap,
                # Without script files the site is complete, and its pages ask for none.
                "scripted": "js/main.js" in self.files.files,
            }
        )
        environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
        environment.newstyle_gettext = True  # type: ignore[attr-defined]
        return environment


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates of an earlier run. What cannot be read or written is compiled for this run only."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


# What XML 1.0 cannot hold, not even escaped. The substitute has the same length, so offsets stay right.
_NOT_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_SUBSTITUTE = "\ufffd"


def legal(xml: str) -> str:
    """XML with U+FFFD in place of the characters that it cannot hold; for feeds and exports."""
    # A class this wide takes long to compile, so the pattern is compiled at first use.
    return re.sub(_NOT_XML, _SUBSTITUTE, xml)


def _read(pairs: Sequence[tuple[str, str]]) -> Markup:
    """Words with their readings. In a template each of the thousands of words takes five times as long."""
    return Markup("".join(starmap(_ruby, pairs)))


@lru_cache(maxsize=8192)
def _ruby(word: str, reading: str) -> str:
    return f"<ruby>{escape(word)}<rt>{escape(reading)}</ruby>" if reading else str(escape(word))


def _zh(lang: str) -> Markup:
    """The language of the library's words, where the interface is not in simplified Chinese."""
    return Markup() if locale() == "zh" else Markup(' lang="{}"').format(lang)


def _ui() -> Markup:
    """The language of the interface's words, inside words of the library."""
    return _zh("zh-Hans" if is_chinese() else locale())


def _gap() -> str:
    """Between two sentences: a space, but none in Chinese."""
    return "" if is_chinese() else " "


def _gettext(message: str, **values: Any) -> Markup:
    """A template's wording in the current language, its values escaped."""
    # A literal % is written %% in every wording, also in those without values.
    if not values:
        return _constant(message, locale())
    template = Markup(translated(message, values.get("n")))
    if isinstance(n := values.get("n"), int):
        values["n"] = _grouped(n)
    return template % values


@lru_cache(maxsize=2048)
def _constant(message: str, _: Locale) -> Markup:
    """A wording without values; a page has a hundred of them."""
    return Markup(translated(message)) % {}


def _grouped(n: int) -> str:
    """A number with commas; Chinese sets them from 10,000 on."""
    return f"{n:,}" if n >= (10_000 if is_chinese() else 1000) else str(n)


def _ngettext(one: str, many: str, n: int, **values: Any) -> Markup:
    """The plural of `{% trans n=… %}`: Chinese has none, the catalogue has the English forms."""
    return _gettext(one, n=n, **values)
