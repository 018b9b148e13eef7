"""How do these incidents stand, apart from their own fields?"""

from collections.abc import Collection, Mapping
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.database import ReadSession
from chassis.graphql.loading import OpenRead, finding
from services.incidents.domain.demanded import Standing
from services.incidents.domain.gates import Demand
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.standings import standings


class StandingLoaders:
    """A loader for each set of what is asked for: companies demand different things."""

    def __init__(self, read: OpenRead, actor: Actor) -> None:
        self._read = read
        self._actor = actor
        self._loaders: dict[frozenset[Demand], DataLoader[UUID, Standing | None]] = {}

    async def load(self, incident: UUID, asked: frozenset[Demand]) -> Standing:
        """Nothing is looked up where nothing is asked for."""
        if not asked:
            return Standing()
        if asked not in self._loaders:
            self._loaders[asked] = self._loader(asked)
        return await self._loaders[asked].load(incident) or Standing()

    def _loader(self, asked: frozenset[Demand]) -> DataLoader[UUID, Standing | None]:
        async def find(session: ReadSession, ids: Collection[UUID]) -> Mapping[UUID, Standing]:
            rows = await Incidents(session, self._actor).by_ids(ids)
            return await standings(list(rows.values()), asked, session, self._actor)

        return finding(self._read, find)
