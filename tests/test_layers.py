"""Imports run one way, folders are entered by their front door, and nothing runs in a circle."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"

# From the ground up. A module may import from lower floors and from its own.
FLOORS = (
    ("model", "errors", "extras", "late", "settings", "urls", "i18n", "process", "spreadsheet"),
    ("text", "importers", "document"),
    ("content", "index", "dictionary"),
    ("library",),
    ("http",),
    ("pages",),
    ("web",),
    ("edit",),
    ("export", "serving"),
    ("cli",),
)
# These hold no decisions: the version number, and the door of `python -m app`.
DOORS = ("__init__", "__main__")
FLOOR = {module: n for n, modules in enumerate(FLOORS) for module in modules}
# Libraries that only some parts know.
ONLY_IN = {
    "fastapi": {"web", "serving"},
    "starlette": {"web", "edit", "serving"},
    "jinja2": {"web"},
    "uvicorn": {"serving"},
    "click": {"cli"},
    "sqlite3": {"index", "dictionary"},
    "psycopg": {"index"},
    "distributed": {"library"},
    "jieba": {"text"},
    "rjieba": {"text"},
    "mcp": {"serving"},
    "markdown_it": {"content", "importers"},
    "ruamel": {"content", "importers"},
    "typst": {"pages", "export"},
}


def module_of(path: Path) -> str:
    """The part of the program that a file belongs to."""
    return path.relative_to(APP).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    """The dotted name of a file."""
    return ".".join(("app", *path.relative_to(APP).with_suffix("").parts)).removesuffix(".__init__")


@cache
def parsed(path: Path) -> ast.AST:
    """A module's syntax tree, read once for all tests."""
    return ast.parse(path.read_text("utf-8"))


def imports(
    tree: ast.AST, package: str, hidden: frozenset[int] | set[int] = frozenset()
) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that is imported, relative ones made whole."""
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
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


@cache
def modules() -> frozenset[str]:
    """The dotted names of all modules and packages."""
    return frozenset(name_of(p) for p in files())


@cache
def imported(path: Path) -> tuple[tuple[int, str], ...]:
    """The line and the module of every import of our own; types that only checkers read are left out."""
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    tree = parsed(path)
    hidden = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and getattr(branch.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(branch)
    }
    found = []
    for line, name in imports(tree, package, hidden):
        if name in modules():
            found.append((line, name))
    return tuple(found)


def test_every_module_has_a_floor():
    assert {module_of(p) for p in files()} == set(FLOOR)


def test_imports_point_downwards_only():
    offences = [
        f"{path.relative_to(APP)}:{line} imports {name}, which is above"
        for path in files()
        for line, name in imported(path)
        if FLOOR[name.split(".")[1]] > FLOOR[module_of(path)]
    ]
    assert offences == []


@cache
def offered(package: str) -> frozenset[str]:
    """The modules of a package that others may import: those that its `__all__` names."""
    tree = parsed(APP.parent.joinpath(*package.split("."), "__init__.py"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return frozenset(f"{package}.{name}" for name in ast.literal_eval(node.value))
    return frozenset()


def test_a_folder_is_entered_by_its_front_door():
    """From outside, by its `__init__` or a module that its `__init__` offers in `__all__`."""
    offences = []
    for path in files():
        inside = name_of(path)
        for line, name in imported(path):
            parts = name.split(".")
            for n in range(2, len(parts)):
                package, door = ".".join(parts[:n]), ".".join(parts[: n + 1])
                within = inside == package or inside.startswith(package + ".")
                if package in modules() and not within and door not in offered(package):
                    offences.append(f"{path.relative_to(APP)}:{line} enters {package} by {door}")
                    break
    assert offences == []


def test_nothing_runs_in_a_circle():
    graph = {name_of(path): {name for _, name in imported(path)} - {name_of(path)} for path in files()}
    # A package imports its modules; they import each other, not the package.
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"circle: {' -> '.join(error.args[1])}")


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
    assert graph[(SCRIPTS / "lib.js").resolve()] == set()
