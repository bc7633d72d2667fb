"""Exports: articles in one form each (`articles`, `forms`), and the whole site as files (`site`).

Importing this package loads no form; `forms` alone is light enough for the command line's help.
"""

__all__ = ["articles", "forms", "html", "press", "site"]
