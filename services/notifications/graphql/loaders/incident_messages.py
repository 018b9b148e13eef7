"""Which messages have gone out about these incidents?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding_through
from chassis.projections import Projection
from services.notifications.persistence.messages import Messages
from services.notifications.persistence.rows import MessageRow

IncidentMessages: TypeAlias = DataLoader[UUID, list[MessageRow] | None]


def incident_messages(read: OpenRead, actor: Actor, incidents: Projection) -> IncidentMessages:
    """None for an incident that the actor does not see or that is nowhere; one just registered is asked for."""
    return finding_through(incidents, read, lambda session, ids: Messages(session, actor).of_incidents(ids))
