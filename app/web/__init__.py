"""The site as an ASGI application: routes, handlers, rendering, errors; `api` answers programs.

`api` is a package of its own because it brings FastAPI and Pydantic, which a process that serves only pages
does not import. `scripts` is imported for the first page that is not in simplified Chinese.
"""

from typing import TYPE_CHECKING

from app.late import late

if TYPE_CHECKING:
    from app.web import scripts as scripts

__all__ = ["api", "app", "errors", "handlers", "rendering", "responses", "routes", "state"]
__getattr__ = late(__name__, ("scripts", *__all__))
