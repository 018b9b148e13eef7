"""Which incident has this id?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.rows import IncidentRow

IncidentById: TypeAlias = DataLoader[UUID, IncidentRow | None]


def incident_by_id(read: OpenRead, actor: Actor) -> IncidentById:
    return finding(read, lambda session, ids: Incidents(session, actor).by_ids(ids))
