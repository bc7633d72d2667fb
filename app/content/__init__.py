"""The folder content/: articles, glossary and people as plain files."""

__all__ = ["glossary_file", "snapshot", "store"]
