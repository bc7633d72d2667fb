"""Libraries of optional extras, and libraries that are too large to load before they are needed."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from app.errors import MissingExtra


def load(module: str, what: str, extra: str) -> ModuleType:
    """Import a module when it is needed.

    Args:
        what: the feature that needs it, for the message.
        extra: the extra that installs it.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra(what, extra) from error
