"""The command line. `app` has the group and `serve`; every other module has some commands."""

from app.cli.app import cli, main

__all__ = ["cli", "main"]
