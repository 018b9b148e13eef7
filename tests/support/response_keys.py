"""Which response keys fields may take so that a document stays valid: equal keys must be able to merge.

Two fields at one place may share a key if they are the same field with the same arguments, or if no object can be
asked both; and either way their types must agree but for the names of objects.
"""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLOutputType,
    get_named_type,
    is_leaf_type,
    is_object_type,
    is_wrapping_type,
)

Parents = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A field that has a key: the types that were selected on from the root down to it, and what is asked."""

    parents: Parents
    name: str
    arguments: str
    type: GraphQLOutputType

    def allows(self, other: "Claim") -> bool:
        if not _alike(self.type, other.type):
            return False
        same = (self.name, self.arguments) == (other.name, other.arguments)
        return same or any(map(_exclusive, self.parents, other.parents))


@dataclass(slots=True)
class Place:
    """The keys that are taken at one place of the answer, over all fragments there."""

    claims: dict[str, list[Claim]] = field(default_factory=dict)
    places: "dict[str, Place]" = field(default_factory=dict)

    def allows(self, key: str, claim: Claim) -> bool:
        return all(claim.allows(known) for known in self.claims.get(key, ()))

    def take(self, key: str, claim: Claim) -> "Place":
        """The place below the key."""
        self.claims.setdefault(key, []).append(claim)
        return self.places.setdefault(key, Place())

    def below(self, key: str) -> "Place":
        return self.places.get(key) or Place()


def _exclusive(mine: Any, other: Any) -> bool:
    return mine is not other and is_object_type(mine) and is_object_type(other)


def _alike(mine: Any, other: Any) -> bool:
    """Lists and non-nulls at the same places; leaves of the same type."""
    if is_wrapping_type(mine) or is_wrapping_type(other):
        return type(mine) is type(other) and _alike(mine.of_type, other.of_type)
    if is_leaf_type(mine) or is_leaf_type(other):
        return get_named_type(mine) is get_named_type(other)
    return True
