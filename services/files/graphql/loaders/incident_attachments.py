"""Which files do these incidents have?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding_through
from chassis.projections import Projection
from services.files.persistence.files import Files
from services.files.persistence.rows import FileRow

IncidentAttachments: TypeAlias = DataLoader[UUID, list[FileRow] | None]


def incident_attachments(read: OpenRead, actor: Actor, incidents: Projection) -> IncidentAttachments:
    """None for an incident that the actor does not see or that is nowhere; one just registered is asked for."""
    return finding_through(incidents, read, lambda session, ids: Files(session, actor).of_incidents(ids))
