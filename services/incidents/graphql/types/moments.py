"""The moments of an incident with what is known of each, and those that are out of order."""

from datetime import datetime
from typing import Any

import strawberry

from services.incidents.domain.timestamps import COLUMNS, Timestamp, out_of_order
from services.incidents.graphql.types.enums import Moment, TimestampOrigin, TimestampPrecision
from services.incidents.graphql.types.others import User
from services.incidents.persistence.rows import IncidentRow


@strawberry.type(description="A moment in the life of an incident, with what is known of it.")
class IncidentTimestamp:
    timestamp: Moment = strawberry.field(description="Which one.")
    at: datetime = strawberry.field(description="When it was.")
    precision: TimestampPrecision = strawberry.field(description="How exact that is.")
    origin: TimestampOrigin = strawberry.field(description="Whence it comes.")
    set_by: User | None = strawberry.field(description="Who told it, or did what it was stamped by; null: unknown.")
    offset: int | None = strawberry.field(
        description="The clock it was told by, in minutes east of Greenwich; null where nobody told it."
    )


@strawberry.type(description="Two moments in the wrong order: a warning.")
class TimestampsOutOfOrder:
    earlier: Moment = strawberry.field(description="What should come first.")
    later: Moment = strawberry.field(description="What came before it.")


def moments_of(row: IncidentRow) -> list[IncidentTimestamp]:
    """Those that are known, in the order in which they are declared."""
    return [_moment(each, row) for each in Timestamp if getattr(row, each.value) is not None]


def out_of_order_of(row: IncidentRow) -> list[TimestampsOutOfOrder]:
    held = {name: getattr(row, name) for name in COLUMNS}
    found = out_of_order(held, row.timestamps)
    return [TimestampsOutOfOrder(earlier=Moment(each.earlier.value), later=Moment(each.later.value)) for each in found]


def _moment(stamp: Timestamp, row: IncidentRow) -> IncidentTimestamp:
    note: dict[str, Any] = row.timestamps.get(stamp.value, {})
    by = note.get("by")
    return IncidentTimestamp(
        timestamp=Moment(stamp.value),
        at=getattr(row, stamp.value),
        precision=TimestampPrecision[note.get("precision", "MINUTE")],
        origin=TimestampOrigin[note.get("origin", "MANUAL")],
        set_by=None if by is None else User(id=strawberry.ID(by)),
        offset=note.get("offset"),
    )
