"""How the site is served: response cache, indexer process, server, logs, metrics, limits."""

__all__ = ["indexer", "main", "server"]
