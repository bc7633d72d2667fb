"""Every page as a value: context of a template, head, status. `app.web` renders it, `app.export` writes it.

A module makes pages of one kind and holds the contexts of their templates. `pages.Pages` lists them all.
"""

__all__ = [
    "article",
    "blocks",
    "cards",
    "contexts",
    "excerpts",
    "failures",
    "fragments",
    "home",
    "listed",
    "machine",
    "options",
    "pages",
    "read",
    "resources",
    "sharing",
    "shelves",
    "styleguide",
    "views",
]
