"""Every page as a value: template, context, status."""

__all__ = ["cards", "contexts", "pages", "shelves", "styleguide"]
