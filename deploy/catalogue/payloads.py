"""JSON Schema (2020-12) of the data of one type of event, from the class of its facts.

Facts are thin: fields of plain values or lists of such, nothing inside anything. Fields beyond those that are named may
come at any time, so no schema forbids them.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from deploy.catalogue.errors import CatalogueError
from deploy.catalogue.glossary import meaning

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SCHEMAS: Final = "/events/schemas"

Schema = dict[str, Any]


def payload(kind: str, fact: type[Any], example: Mapping[str, Any]) -> Schema:
    """Of the short type `kind`. Raises CatalogueError for what is not told, or is no thin fact."""
    made = TypeAdapter(fact).json_schema(mode="serialization")
    if "$defs" in made:
        raise CatalogueError(f"{kind} has values inside values: tell ids and figures only, side by side.")
    if not made.get("description"):
        raise CatalogueError(f"{kind} has no docstring: say in one what has happened.")
    return {
        "$schema": DIALECT,
        "$id": f"{SCHEMAS}/{kind}.json",
        "title": kind,
        "description": paragraphs(made["description"]),
        "type": "object",
        "properties": {name: _field(kind, name, value) for name, value in made["properties"].items()},
        "required": made.get("required", []),
        "examples": [dict(sorted_like(made["properties"], example))],
    }


def paragraphs(docstring: str) -> str:
    """Without the line breaks of the source."""
    return "\n\n".join(" ".join(part.split()) for part in docstring.split("\n\n"))


def sorted_like(order: Mapping[str, Any], given: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The items of `given`, those that `order` has in its order. (JSON in a database loses it.)"""
    places = list(order)
    return sorted(given.items(), key=lambda item: places.index(item[0]) if item[0] in places else len(places))


def _field(kind: str, name: str, value: Mapping[str, Any]) -> Schema:
    bare = {word: told for word, told in value.items() if word != "title"}
    return {"description": meaning(kind, name), **bare}
