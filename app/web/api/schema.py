"""The OpenAPI document describes every answer: exactly the keys of the models, all of them always."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from app.document import OPTIONAL
from app.web.api.models import Problem

# Keys that are left out where they are empty, by the schema that has them.
_LEFT_OUT = {
    "Block": {OPTIONAL["blocks"]},
    "Speaker": {OPTIONAL["speakers"]},
    "Problem": {f.name for f in fields(Problem) if f.name in ("detail", "near")},
}


def closed(schema: Any) -> Any:
    """A JSON schema, or a document with schemas, whose objects allow no other keys and lack none.

    The models are dataclasses with slots: they cannot have other attributes, and `Json` writes each. Pydantic
    does not know that; it would let a field with a default be missing.
    """
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if made.get("type") == "object" and isinstance(made.get("properties"), dict):
        left_out = _LEFT_OUT.get(str(made.get("title")), set())
        made["required"] = [key for key in made["properties"] if key not in left_out]
        made["additionalProperties"] = False
        for value in made["properties"].values():
            value.pop("default", None)
    return made
