"""A template and its context agree: each variable is a field, each field is used and described."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, ClassVar, get_args, get_type_hints

import pytest
from jinja2 import nodes
from jinja2.meta import find_undeclared_variables
from msgspec import Struct

from app import pages
from app.edit import answering, door
from app.export.site.contexts import FilesContext
from app.pages import citations, glossary, shelves, views
from app.pages.contexts import Meta, Page, PageContext, Redirect
from app.web.rendering import TEMPLATES, Renderer

ENVIRONMENT = Renderer("http://x", "眉批").environment
# What the renderer gives to every template.
GIVEN = {"meta", "page", *ENVIRONMENT.globals}
# Imported here so that every context exists: the modules of all pages, exports, the workbench.
IMPORTED = (FilesContext, answering, door)
for module in iter_modules(pages.__path__, "app.pages."):
    import_module(module.name)


def below(base: type[PageContext]) -> Iterator[type[PageContext]]:
    for context in base.__subclasses__():
        if context.__module__.startswith("app."):
            yield context
            yield from below(context)


CONTEXTS = sorted(below(PageContext), key=lambda c: c.template)


@cache
def tree(template: str) -> nodes.Template:
    assert ENVIRONMENT.loader is not None
    return ENVIRONMENT.parse(ENVIRONMENT.loader.get_source(ENVIRONMENT, template)[0])


def variables(template: str) -> set[str]:
    """The variables of a template and of the one that it extends."""
    parsed = tree(template)
    names = set(find_undeclared_variables(parsed))
    for extended in parsed.find_all(nodes.Extends):
        assert isinstance(extended.template, nodes.Const)
        names |= variables(extended.template.value)
    return names - GIVEN - set(own(parsed))


def own(parsed: nodes.Template) -> Iterator[str]:
    """The macros and variables that a template imports or sets."""
    for node in parsed.find_all((nodes.FromImport, nodes.Macro, nodes.Assign)):
        if isinstance(node, nodes.FromImport):
            yield from (name if isinstance(name, str) else name[1] for name in node.names)
        elif isinstance(node, nodes.Macro):
            yield node.name
        else:
            yield from (name.name for name in node.find_all(nodes.Name) if name.ctx == "store")


def names(context: type[Any]) -> set[str]:
    return {f.name for f in fields(context)} if is_dataclass(context) else set(context.__struct_fields__)


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda c: c.__name__)
def test_no_field_hides_what_every_template_has(context: type[PageContext]):
    assert names(context) & (GIVEN | set(own(tree(context.template)))) == set()


def disagreement(context: type[PageContext]) -> set[str]:
    return variables(context.template) ^ names(context)


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda c: c.__name__)
def test_a_template_uses_every_field_and_nothing_else(context: type[PageContext]):
    assert disagreement(context) == set()


def test_a_field_too_many_and_a_field_too_few_are_seen():
    class More(PageContext, frozen=True):
        template: ClassVar[str] = "error.html"
        code: int
        title: str
        message: str
        remedy: str
        stray: str

    class Fewer(PageContext, frozen=True):
        template: ClassVar[str] = "error.html"
        code: int
        title: str
        message: str

    assert (disagreement(More), disagreement(Fewer)) == ({"stray"}, {"remedy"})


def test_every_page_has_one_context():
    files = {p.name for p in TEMPLATES.glob("*.*")} - {"base.html", "card.typ"}
    pages = {name for name in files if not name.startswith("_")}
    assert sorted(c.template for c in CONTEXTS if "/" not in c.template) == sorted(pages)


@pytest.mark.parametrize("part", sorted(p.name for p in TEMPLATES.glob("_*.html")))
def test_a_shared_part_depends_on_its_arguments_only(part: str):
    """Else its HTML could not be cached by them."""
    assert variables(part) == set()


# -- the values inside contexts


def values() -> set[type[Any]]:
    """Every struct or dataclass of `app.pages` that a context holds, at any depth, and the data of nodes."""
    found = set[type[Any]]()
    waiting: list[Any] = [*CONTEXTS, views.TermRef, views.SaidRef]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and (issubclass(kind, Struct) or is_dataclass(kind)):
            if kind in found or not kind.__module__.startswith("app.pages."):
                continue
            found.add(kind)
            waiting += get_type_hints(kind).values()
        else:
            waiting += get_args(kind)
    return found


VALUES = sorted(values(), key=lambda v: v.__name__)


def test_the_values_of_all_pages_are_found():
    for value in (views.Said, views.BlockView, glossary.Related, citations.Citation, shelves.Choice):
        assert value in VALUES


@cache
def used() -> set[str]:
    """Every attribute that any template reads."""
    return {
        node.attr
        for path in TEMPLATES.rglob("*.*")
        if path.suffix not in (".typ", ".css")
        for node in tree(path.relative_to(TEMPLATES).as_posix()).find_all(nodes.Getattr)
    }


@pytest.mark.parametrize("value", [v for v in VALUES if v not in CONTEXTS], ids=lambda v: v.__name__)
def test_templates_read_every_field_of_a_value(value: type[Any]):
    assert names(value) - used() == set()


@pytest.mark.parametrize("value", [*VALUES, Meta, Page, Redirect], ids=lambda v: v.__name__)
def test_every_field_is_described(value: type[Any]):
    described: set[str] = set()
    for line in (value.__doc__ or "").partition("Attributes:")[2].splitlines():
        if found := re.match(r" {8}([a-z_]+(?:, [a-z_]+)*): ", line):
            described |= set(found.group(1).split(", "))
    assert described == names(value)
