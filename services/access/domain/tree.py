"""The tree of a company's departments: who is below whom, and what may be put where."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias
from uuid import UUID

from chassis.errors import Invalid

DEEPEST: Final = 10
Parents: TypeAlias = Mapping[UUID, UUID | None]


def check_place(parents: Parents, moved: UUID | None, parent: UUID | None) -> None:
    """Whether `moved`, with all that is below it, may stand below `parent`; a new one is None.

    Raises Invalid for a circle, and for a tree that would be deeper than DEEPEST.
    """
    above = list(_upwards(parents, parent))
    if moved is not None and moved in above:
        raise Invalid("A department cannot be below itself.", field=("parent_id",))
    if len(above) + _height(parents, moved) > DEEPEST:
        raise Invalid(f"Departments are at most {DEEPEST} deep.", field=("parent_id",))


def _upwards(parents: Parents, start: UUID | None) -> Iterator[UUID]:
    """`start` and all above it."""
    while start is not None:
        yield start
        start = parents[start]


def _height(parents: Parents, top: UUID | None) -> int:
    """How many levels there are from `top` down, itself included."""
    if top is None:
        return 1
    children: dict[UUID | None, list[UUID]] = {}
    for each, parent in parents.items():
        children.setdefault(parent, []).append(each)
    levels, level = 0, [top]
    while level:
        levels, level = levels + 1, [child for each in level for child in children.get(each, ())]
    return levels
