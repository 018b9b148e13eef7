"""Parts of incidents in lists of their own, each with its incident."""

from typing import Self

import strawberry

from services.incidents.graphql.types.action_item import IncidentActionItem
from services.incidents.graphql.types.incident import Incident
from services.incidents.graphql.types.task import IncidentTask
from services.incidents.persistence.action_item_rows import ActionItemRow
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.task_rows import TaskRow


@strawberry.type(description="A task with the incident it is about.")
class AssignedIncidentTask(IncidentTask):
    incident: Incident | None = strawberry.field(description="The incident.")

    @classmethod
    def of(cls, row: TaskRow, incident: IncidentRow | None) -> Self:
        return cls.from_row(row, incident=None if incident is None else Incident.from_row(incident))


@strawberry.type(description="An action item with the incident it comes from.")
class TrackedActionItem(IncidentActionItem):
    incident: Incident | None = strawberry.field(description="The incident.")

    @classmethod
    def of(cls, row: ActionItemRow, incident: IncidentRow | None) -> Self:
        return cls.from_row(row, incident=None if incident is None else Incident.from_row(incident))
