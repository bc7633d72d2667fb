"""The templates that only a published site has, and their variables."""

from __future__ import annotations

from typing import ClassVar

from app.pages.contexts import PageContext
from app.pages.failures import NotFoundContext


class FilesContext(PageContext, frozen=True):
    """The JSON files of the site.

    Attributes:
        files: path and description of each.
    """

    template: ClassVar[str] = "export/docs.html"
    files: tuple[tuple[str, str], ...]


class FindContext(PageContext, frozen=True):
    """The page that searches in the browser.

    Attributes:
        total, covered: how many articles there are, and how many of them can be searched.
    """

    template: ClassVar[str] = "export/search.html"
    total: int
    covered: int


class LostContext(NotFoundContext, frozen=True):
    """404, with a script that looks for a paragraph of the same id."""

    template: ClassVar[str] = "export/lost.html"


class MovedContext(PageContext, frozen=True):
    """A page that leads to another address.

    Attributes:
        to: the path on the site.
        refresh: the same below the prefix of the site.
        text: of a paragraph that was merged into the one at the address, or "".
    """

    template: ClassVar[str] = "export/moved.html"
    to: str
    refresh: str
    text: str
