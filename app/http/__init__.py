"""What pages, routes and serving share: addresses, answers as bytes, static files, names, rates."""

__all__ = ["addresses", "naming", "rates", "response", "static"]
