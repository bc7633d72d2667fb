"""Versions of installed packages, apart because a start does not wait for `importlib.metadata`."""

from __future__ import annotations

from importlib import metadata


def version(package: str) -> str:
    """The version of a package, "" if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
