"""The library for assistants: a server of the Model Context Protocol, with a tool for each question.

The tools only read. Their descriptions are in English, which every assistant reads; answers are in the
language of the command.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeAlias, TypeVar

from pydantic import Field

from app import __version__, extras, urls
from app.errors import MeipiError, NotFound
from app.i18n import locale, shown, use_locale
from app.index import Filters
from app.library.reading import Reading
from app.pages import answers
from app.pages.answer_values import (
    ArticlePart,
    FoundParagraphs,
    ParagraphAnswer,
    PhraseUses,
    SpeakerAnswer,
    TermAnswer,
    TextChanges,
)
from app.pages.resources import Resources
from app.settings import Settings

if TYPE_CHECKING:
    from mcp.server import MCPServer

_INSTRUCTIONS = (
    "A library of Chinese articles. Every paragraph has a link that lasts when the text is edited; every "
    "quotation has a speaker; terms have a glossary entry. Quote words exactly as the tools return them and "
    "cite each with its `link`. First and last uses, and all counts, are of this library only: say so. "
    "`doubtful` speakers and entries that are not `checked` are not certain: say that too."
)
_P = ParamSpec("_P")
_T = TypeVar("_T")

Words: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
Id: TypeAlias = Annotated[str, Field(max_length=500)]
Start: TypeAlias = Annotated[int, Field(ge=1, le=1_000_000, description="`next` of the answer before")]
Day: TypeAlias = Annotated[str, Field(max_length=10, description="2024, 2024-03 or 2024-03-05")]


class _Tools:
    """The tools of a library. Name and docstring of each are what assistants read."""

    def __init__(self, res: Resources) -> None:
        self._res = res

    def all(self) -> tuple[Callable[..., object], ...]:
        """Every tool, in the order in which assistants see them."""
        return (
            self.search,
            self.uses,
            self.article,
            self.paragraph,
            self.follow_link,
            self.where_else,
            self.term,
            self.speaker,
            self.compare,
        )

    def search(
        self,
        words: Words,
        speaker: Annotated[Id, Field(description="id of a speaker: only in their words")] = "",
        term: Annotated[Id, Field(description="id of a term: only where it occurs")] = "",
        article: Annotated[Id, Field(description="id of an article: only there")] = "",
        since: Day = "",
        until: Day = "",
        after: Annotated[str, Field(max_length=60, description="`after` of the answer before")] = "",
    ) -> FoundParagraphs:
        """Find paragraphs that contain all the words, best first, ten at a time.

        "A B" is a phrase, A OR B is either of them, -A is without A. Simplified and traditional characters
        find each other; pinyin finds terms and people.
        """
        return answers.search(self._res, words, Filters(speaker, term, article, since, until), after)

    def uses(self, phrase: Words) -> PhraseUses:
        """Count a phrase in this library: first use, last use, by year, by speaker.

        The phrase may be any words, or a glossary entry by its id or a form: all its forms count then.
        """
        return answers.uses(self._res, phrase)

    def article(
        self, article: Annotated[Id, Field(description="its id or link")], start: Start = 1
    ) -> ArticlePart:
        """Read an article: its facts and its paragraphs, each with the lasting link, a part at a time."""
        return answers.article(self._res, article, start)

    def paragraph(
        self, link: Annotated[Id, Field(description="link of a paragraph, or ARTICLE/PARAGRAPH as ids")]
    ) -> ParagraphAnswer:
        """Read one paragraph for a citation: its words, who says them, the terms in it, the citation.

        Old links work too: the answer says what became of the paragraph and gives the link to cite now.
        """
        return answers.paragraph(self._res, link)

    def follow_link(
        self, link: Annotated[Id, Field(description="any link to a paragraph of this library, however old")]
    ) -> ParagraphAnswer:
        """Find where an old link leads now: unchanged, rewritten, split, merged, removed.

        A removed paragraph comes with its last words and the links of its neighbours.
        """
        return answers.paragraph(self._res, link)

    def where_else(
        self, link: Annotated[Id, Field(description="link of a paragraph or an article, or its ids")]
    ) -> dict[str, Any]:
        """Find other articles that have the same words: reprints, quoted sentences, stock phrases."""
        made = answers.where_else(self._res, link)
        return {**asdict(made), "link": self._res.absolute(urls.article(made.article))}

    def term(self, words: Annotated[Words, Field(description="the term, or its id")]) -> TermAnswer:
        """Look a term up in the glossary: meaning, members, dates, sources, and how often it is used."""
        return answers.term(self._res, words)

    def speaker(self, name: Annotated[Words, Field(description="name or id")]) -> SpeakerAnswer:
        """Look a speaker up: office, counts, and their newest quotations with links."""
        return answers.speaker(self._res, name)

    def compare(
        self,
        a: Annotated[Id, Field(description="id of the earlier article")],
        b: Annotated[Id, Field(description="id of the later article")],
        start: Start = 1,
    ) -> TextChanges:
        """Compare two articles sentence by sentence: reworded, moved, new, gone, and new phrases."""
        return answers.compare(self._res, a, b, start)


def server(library: Reading, settings: Settings) -> MCPServer:
    """A server with the tools of a library.

    Raises:
        MissingExtra: the SDK is not installed.
    """
    names = ("mcp.server", "mcp_types", "mcp.server.mcpserver.exceptions")
    sdk, mcp_types, exceptions = (extras.load(name, "meipi mcp", "mcp") for name in names)
    made: MCPServer = sdk.MCPServer(
        "meipi",
        title=settings.site_name,
        instructions=_INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
    )
    for tool in _Tools(Resources(library, settings.base_url, settings.site_name)).all():
        made.add_tool(
            _answering(tool, exceptions.ToolError),
            annotations=mcp_types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
        )
    return made


def _answering(tool: Callable[_P, _T], refused: type[Exception]) -> Callable[_P, Awaitable[_T]]:
    """A tool that turns faults into messages for the assistant, in the language of this process.

    It is a coroutine so that it runs in the thread of the server: one client asks one question at a time, and
    the index has a connection for each thread.
    """
    language = locale()

    @wraps(tool)
    async def answer(*values: _P.args, **named: _P.kwargs) -> _T:
        with use_locale(language):
            try:
                return tool(*values, **named)
            except MeipiError as error:
                near = error.near if isinstance(error, NotFound) else ()
                raise refused("\n".join((shown(error), *near))) from None

    return answer
