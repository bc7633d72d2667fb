"""What pages, routes and serving share: answers as bytes, static files, names for logs."""

__all__ = ["naming", "response", "static"]
