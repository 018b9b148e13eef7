"""Whether an incident is held back from being purged."""

import strawberry

from services.incidents.persistence.rows import IncidentRow


@strawberry.type
class HoldOfIncident:
    row: strawberry.Private[IncidentRow]

    @strawberry.field(description="Whether it is held back from being purged, should it be deleted.")
    def held(self) -> bool:
        return self.row.held
