"""Input types that several subgraphs share."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import strawberry

from chassis.errors import Invalid
from chassis.identifiers import Key

EXPECTED_VERSION: Final = "The version you have seen; another one now is a CONFLICT."


@strawberry.input(description="Names one thing, by `id` or by `code`; exactly one of the two.")
class Reference:
    id: strawberry.ID | None = strawberry.field(default=None, description="Its id.")
    code: str | None = strawberry.field(default=None, description="Its code.")


@strawberry.input(description="A span of time; an end that is left out is open.", name="TimeSpan")
class TimeSpan:
    since: datetime | None = strawberry.field(default=None, name="from", description="The first moment in it.")
    until: datetime | None = strawberry.field(default=None, name="to", description="The first moment after it.")


def to_uuid(value: strawberry.ID, *field: str) -> UUID:
    """Raises Invalid naming `field` when the text is no id."""
    try:
        return UUID(value)
    except ValueError as error:
        raise Invalid("This is no id.", field=field) from error


def to_uuids(values: Iterable[strawberry.ID], *field: str) -> list[UUID]:
    """Raises Invalid naming `field` when one of the texts is no id."""
    return [to_uuid(value, *field) for value in values]


def given(source: object) -> dict[str, Any]:
    """The fields of an input that the caller wrote, null included."""
    return {name: value for name, value in vars(source).items() if value is not strawberry.UNSET}


def to_key(reference: Reference, *field: str) -> Key:
    """The id or the code of a reference. Raises Invalid when it has none or both."""
    if (reference.id is None) == (reference.code is None):
        raise Invalid("Give either id or code.", field=field)
    if reference.code is None:
        return to_uuid(strawberry.ID(reference.id or ""), *field, "id")
    if "\x00" in reference.code:  # PostgreSQL would refuse the whole statement
        raise Invalid("This is no code.", field=(*field, "code"))
    return reference.code
