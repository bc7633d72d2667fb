"""The site as an ASGI application: routes, rendering, errors."""

__all__ = ["api", "html"]
