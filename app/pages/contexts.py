"""A page before it is rendered: the values for its template, its head and its status.

Each template of a page has one subclass of `PageContext`. It lies in the module that makes the page, and its
fields are the variables of the template. tests/pages/test_contexts.py compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from msgspec import Struct, structs

from app.pages.options import PLAIN, DisplayOptions


class PageContext(Struct, frozen=True):
    """The variables of one template.

    Attributes:
        template: name of the template, in `templates/`.
    """

    template: ClassVar[str]

    def variables(self) -> dict[str, Any]:
        """The fields by name, as Jinja takes them."""
        return structs.asdict(self)


class Meta(Struct, frozen=True):
    """The head of a page, for browsers, crawlers and link previews. Addresses are absolute.

    Attributes:
        title: of the browser tab, with the site's name.
        description: one or two sentences for search results.
        canonical: the address that search engines index, "" for none.
        robots: content of the robots tag, "" for none.
        og_type: website, article or profile.
        og_title, og_description, og_url: for link previews; "" means the same as above, or none.
        og_image: address of the preview picture, "" for none.
        og_image_alt: its text for people who do not see it.
        published, modified: ISO 8601 dates of an article, "" if not known.
        jsonld: schema.org data, None for none.
    """

    title: str
    description: str
    canonical: str = ""
    robots: str = ""
    og_type: str = "website"
    og_title: str = ""
    og_description: str = ""
    og_url: str = ""
    og_image: str = ""
    og_image_alt: str = ""
    published: str = ""
    modified: str = ""
    jsonld: Mapping[str, Any] | None = None


class Page(Struct, frozen=True):
    """A page before it is rendered.

    Attributes:
        context: the variables of its template.
        meta: its head.
        status: HTTP status.
        nav: the entry of the main menu that is marked as current.
        options: the display options of the address, for links that change one of them.
        lang: language of the text, as HTML names it.
        media_type: of the answer.
    """

    context: PageContext
    meta: Meta
    status: int = 200
    nav: Literal["articles", "terms", "speakers", "search", "read", ""] = ""
    options: DisplayOptions = PLAIN
    lang: str = "zh-Hans"
    media_type: str = "text/html; charset=utf-8"

    @property
    def template(self) -> str:
        """Name of the template, in `templates/`."""
        return self.context.template


class Redirect(Struct, frozen=True):
    """The page is at another address.

    Attributes:
        to: the path, with its query.
        permanent: whether caches and search engines may remember it.
    """

    to: str
    permanent: bool = True
