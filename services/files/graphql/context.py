"""What resolvers get: who asks, the database, and the loaders of this one request."""

from contextlib import AbstractAsyncContextManager
from typing import TypeAlias

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from chassis.access import Actor
from chassis.database import Database, ReadSession
from services.files.graphql.loaders.file_by_id import FileById, file_by_id
from services.files.graphql.loaders.incident_attachments import IncidentAttachments, incident_attachments
from services.files.persistence.projections import Projections


class Context:
    def __init__(self, actor: Actor, request_id: str, database: Database, projections: Projections) -> None:
        self.actor = actor
        self._request_id = request_id
        self._database = database
        self.files: FileById = DataLoader(file_by_id(self.read, actor))
        self.attachments: IncidentAttachments = DataLoader(
            incident_attachments(self.read, actor, projections.incidents)
        )

    def read(self) -> AbstractAsyncContextManager[ReadSession]:
        return self._database.read(self.actor)


Info: TypeAlias = StrawberryInfo[Context, None]
