"""The JSON Schema of a programme's file, for editors, made from the form that the reader uses."""

from __future__ import annotations

import json
from typing import Any

from wattana.rules.programmes.shapes import PROGRAMME, Field, Shape

NAME = "schema.json"
_TEXT = {"type": "string", "minLength": 1}
_WORDS = {
    "type": "object",
    "properties": {"th": _TEXT, "en": _TEXT},
    "required": ["th", "en"],
    "additionalProperties": False,
}
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "number"]},
    "condition": _TEXT,
    "number_expression": {"type": ["string", "number"]},
    "words": _WORDS,
    "date": {"type": "string", "format": "date"},
    "flag": {"type": "boolean"},
    "number": {"type": "number"},
    "baht": {"type": ["number", "null"], "minimum": 0},
    "maybe": {"type": ["boolean", "null"]},
    "facts": {"type": "object"},
    "facts_list": {"type": "array", "items": {"type": "object"}},
    "one_of": {"type": "string"},
}


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Programme of rights and welfare",
        "description": "docs/programmes.md says how a file is written.",
        **_object(PROGRAMME),
    }


def written() -> str:
    """The schema as its file holds it."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def _object(shape: Shape) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key: _property(one) for key, one in shape.items()},
        "required": [key for key, one in shape.items() if one.required],
        "additionalProperties": False,
    }


def _property(field: Field) -> dict[str, Any]:
    about = {"description": field.about}
    if field.takes == "table":
        return {**about, **_object(field.shape)}
    if field.takes == "tables":
        return {**about, "type": "array", "items": _object(field.shape)}
    if field.takes == "refused":
        return {**about, "not": {}}
    if field.takes == "texts":
        return {**about, "anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
    if field.takes == "words_list":
        return {**about, "type": "array", "items": _WORDS}
    allowed = {"enum": list(field.allowed)} if field.allowed else {}
    return {**about, **_TYPES[field.takes], **allowed}
