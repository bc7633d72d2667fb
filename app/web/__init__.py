"""The site as an ASGI application: routes, handlers, rendering, errors; `api` answers programs.

`api` is a package of its own because it brings FastAPI and Pydantic, which a process that serves only pages
does not import.
"""

__all__ = ["api", "app", "errors", "handlers", "rendering", "responses", "routes", "state"]
