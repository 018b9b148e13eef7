"""What resolvers get: who asks, the database, and the loaders of this one request."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from chassis.access import Actor
from chassis.database import Database, ReadSession, UnitOfWork
from services.incidents.graphql.loaders.company_incidents import CompanyIncidentsLoader
from services.incidents.graphql.loaders.history import HistoryLoader
from services.incidents.graphql.loaders.incident_by_id import IncidentById, incident_by_id
from services.incidents.persistence.projections import Projections


class Context:
    def __init__(self, actor: Actor, request_id: str, database: Database, projections: Projections) -> None:
        self.actor = actor
        self.projections = projections
        self._request_id = request_id
        self._database = database
        self._load_anew()

    def read(self) -> AbstractAsyncContextManager[ReadSession]:
        return self._database.read(self.actor)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[UnitOfWork]:
        """Afterwards nothing is answered from what was loaded before: a request may hold several mutations."""
        async with self._database.work(self.actor, request_id=self._request_id) as work:
            yield work
        self._load_anew()

    def _load_anew(self) -> None:
        self.incidents: IncidentById = DataLoader(incident_by_id(self.read, self.actor))
        self.history = HistoryLoader(self.read)
        self.company_incidents = CompanyIncidentsLoader(self.read, self.actor)


Info: TypeAlias = StrawberryInfo[Context, None]
