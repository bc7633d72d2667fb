"""Imports point downwards only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"

# From the ground up; a module may import what stands on a lower floor or beside it.
FLOORS = (
    ("model", "errors", "wording"),
    ("settings", "urls", "text", "document", "cards", "beside", "facts", "snapshot", "report"),
    ("entries", "content", "importers", "index", "dictionary"),
    ("bulk", "reading", "library", "learner", "exchange", "language", "shelves", "sitemaps"),
    ("views", "citing", "shelves", "pages", "styleguide"),
    ("ready", "observe", "indexer"),
    ("web", "api", "export"),
    ("site",),
    ("main", "cli", "commands", "server"),
)
# These hold no decisions: the version number, and the door of `python -m app`.
DOORS = ("__init__", "__main__")
FLOOR = {module: n for n, modules in enumerate(FLOORS) for module in modules}
# Beside each other, these still have an order of their own: a page is made of views, not the other way round.
BESIDE = {
    "ready": {"observe", "indexer"},
    "observe": {"indexer"},
    "entries": {"content"},
    "views": {"pages", "citing"},
    "citing": {"pages"},
    "web": {"api"},
    "errors": {"model"},
    "reading": {"library", "bulk"},
    "model": {"errors"},
    "text": {"document"},
}
# Libraries of the web have no business below the floor that speaks HTTP, nor jieba outside one module.
ONLY_IN = {
    "fastapi": {"api", "site"},
    "starlette": {"web", "api", "site", "observe"},
    "jinja2": {"web"},
    "uvicorn": {"server"},
    "click": {"cli", "commands"},
    "sqlite3": {"index", "dictionary"},
    "psycopg": {"index"},
    "distributed": {"bulk"},
    "jieba": {"text"},
    "rjieba": {"text"},
    "markdown_it": {"content", "importers"},
    "ruamel": {"entries", "content", "importers"},
}


def module_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


@cache
def parsed(path: Path) -> ast.AST:
    """A module's syntax tree, read once for all tests."""
    return ast.parse(path.read_text("utf-8"))


def imports(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that is imported, relative ones made whole."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
            yield node.lineno, base
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def files() -> list[Path]:
    return sorted(p for p in APP.rglob("*.py") if module_of(p) not in DOORS)


def test_every_module_stands_on_a_floor():
    assert {module_of(p) for p in files()} - set(FLOOR) == set()


def test_imports_point_downwards_only():
    offences = []
    for path in files():
        own = module_of(path)
        package = ".".join(("app", *path.relative_to(APP).parts[:-1]))
        for line, name in imports(parsed(path), package):
            parts = name.split(".")
            other = parts[1] if parts[0] == "app" and len(parts) > 1 else ""
            above = other in FLOOR and FLOOR[other] > FLOOR.get(own, len(FLOORS))
            if above or other in BESIDE.get(own, ()):
                place = f"app/{path.relative_to(APP)}:{line}"
                offences.append(f"{place}: {own} imports {name}, which is above")
    assert offences == []


@pytest.mark.parametrize("name", sorted(ONLY_IN))
def test_a_library_is_known_to_its_own_modules_only(name: str):
    strangers = [
        f"app/{path.relative_to(APP)}:{line}"
        for path in files()
        if module_of(path) not in ONLY_IN[name]
        for line, imported in imports(parsed(path), "app")
        if imported.split(".")[0] == name
    ]
    assert strangers == []


SCRIPTS = APP.parent / "static" / "js"


def scripts(path: Path) -> set[Path]:
    """The scripts that one imports, at once or later; types in comments do not count."""
    text = re.sub(r"/\*\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    return {
        (path.parent / name).resolve() for name in re.findall(r"""(?:from |import\()"(\.[^"]+)\"""", text)
    }


def test_scripts_import_in_no_circle_and_nothing_imports_the_first():
    graph = {path.resolve(): scripts(path) for path in SCRIPTS.rglob("*.js")}
    assert len([*TopologicalSorter(graph).static_order()]) == len(graph) > 15
    first = (SCRIPTS / "main.js").resolve()
    assert first in graph and not any(first in imported for imported in graph.values())
    assert graph[(SCRIPTS / "lib.js").resolve()] == {(SCRIPTS / "en.js").resolve()}
