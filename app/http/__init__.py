"""What pages, routes and serving share: addresses, answers as bytes, static files, names for logs."""

__all__ = ["addresses", "naming", "response", "static"]
