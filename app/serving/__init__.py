"""How the site is served: response cache, indexer process, server, assistants, logs, metrics, limits."""

from typing import TYPE_CHECKING

from app.late import late

if TYPE_CHECKING:
    from app.serving import metrics as metrics

__all__ = ["assistants", "indexer", "main", "server"]
__getattr__ = late(__name__, ("metrics", *__all__))
