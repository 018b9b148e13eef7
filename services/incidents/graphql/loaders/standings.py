"""How do these incidents stand, apart from their own fields?"""

from operator import attrgetter

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import Loaders, OpenRead
from services.incidents.domain.demanded import Standing
from services.incidents.domain.gates import Demand
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.standings import standings


class StandingLoaders:
    """A loader for each set of what is asked for: companies demand different things."""

    def __init__(self, read: OpenRead, actor: Actor) -> None:
        self._read = read
        self._actor = actor
        self._loaders: Loaders[frozenset[Demand], DataLoader[IncidentRow, Standing]] = Loaders(self._loader)

    async def load(self, incident: IncidentRow, asked: frozenset[Demand]) -> Standing:
        """Of one that the actor sees. Nothing is looked up where nothing is asked for."""
        return await self._loaders[asked].load(incident) if asked else Standing()

    def _loader(self, asked: frozenset[Demand]) -> DataLoader[IncidentRow, Standing]:
        async def load(incidents: list[IncidentRow]) -> list[Standing]:
            async with self._read() as session:
                found = await standings(incidents, asked, session, self._actor)
            return [found[incident.id] for incident in incidents]

        return DataLoader(load, cache_key_fn=attrgetter("id"))
