"""Parts of incidents in lists of their own, each with its incident."""

from typing import Self

import strawberry

from services.incidents.graphql.types.incident import Incident
from services.incidents.graphql.types.task import IncidentTask
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.task_rows import TaskRow


@strawberry.type(description="A task with the incident it is about.")
class AssignedIncidentTask(IncidentTask):
    incident: Incident | None = strawberry.field(description="The incident.")

    @classmethod
    def of(cls, row: TaskRow, incident: IncidentRow | None) -> Self:
        return cls.from_row(row, incident=None if incident is None else Incident.from_row(incident))
