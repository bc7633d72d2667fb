"""The command line."""

from app.cli.group import main

__all__ = ["main"]
