"""Small helpers for answers of the graph."""

from collections.abc import Iterator
from typing import Any


def walk(data: dict[str, Any]) -> Iterator[Any]:
    """The values of the root fields."""
    return iter(data.values())
