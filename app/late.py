"""Packages that import their modules at first use, so that a start does not wait for them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib import import_module
from types import ModuleType


def late(package: str, modules: Collection[str]) -> Callable[[str], ModuleType]:
    """The `__getattr__` of a package: after `from app import pages`, `pages.home` imports the module."""

    def imported(name: str) -> ModuleType:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return import_module(f"{package}.{name}")

    return imported
