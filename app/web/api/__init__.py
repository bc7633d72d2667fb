"""The JSON API: routes, handlers and models. Its modules import FastAPI and Pydantic."""

__all__ = ["models", "routes"]
