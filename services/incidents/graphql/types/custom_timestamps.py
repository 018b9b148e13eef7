"""Moments that a directory defines, as callers see them, and what that adds to an incident."""

from datetime import datetime
from typing import Self

import strawberry

from services.incidents.graphql.context import Info
from services.incidents.graphql.types.enums import TimestampOrigin, TimestampPrecision
from services.incidents.graphql.types.others import TimestampDefinition, User, stub
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.timestamp_rows import TimestampRow


@strawberry.type(description="A moment of an incident that the directory of timestamps defines.")
class IncidentCustomTimestamp:
    id: strawberry.ID = strawberry.field(description="Its id.")
    definition: TimestampDefinition | None = strawberry.field(description="Which one.")
    at: datetime = strawberry.field(description="When it was.")
    precision: TimestampPrecision = strawberry.field(description="How exact that is.")
    origin: TimestampOrigin = strawberry.field(description="Whence it comes.")
    set_by: User | None = strawberry.field(description="Who told it last.")
    offset: int | None = strawberry.field(description="The clock it was told by, in minutes east of Greenwich.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")

    @classmethod
    def from_row(cls, row: TimestampRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            definition=stub(TimestampDefinition, row.definition_id),
            at=row.at,
            precision=TimestampPrecision[row.precision],
            origin=TimestampOrigin[row.origin],
            set_by=stub(User, row.set_by_id),
            offset=row.utc_offset,
            version=row.version,
        )


@strawberry.type
class CustomTimestampsOfIncident:
    row: strawberry.Private[IncidentRow]

    @strawberry.field(description="The moments of it that the directory of timestamps defines, earliest first.")
    async def custom_timestamps(self, info: Info) -> list[IncidentCustomTimestamp] | None:
        rows = await info.context.custom_timestamps.load(self.row.id) or ()
        return [IncidentCustomTimestamp.from_row(row) for row in sorted(rows, key=lambda row: (row.at, row.id))]
