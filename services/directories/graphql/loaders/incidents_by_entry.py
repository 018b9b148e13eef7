"""How many incidents that the reader manages the directories of have this entry?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Companies
from chassis.peers import Peer
from services.directories.persistence.usage import count_incidents

IncidentsByEntry: TypeAlias = DataLoader[UUID, int]


def incidents_by_entry(managed: Companies, incidents: Peer) -> IncidentsByEntry:
    async def load(ids: list[UUID]) -> list[int]:
        found = await count_incidents(ids, managed, incidents)
        return [found.get(each, 0) for each in ids]

    return DataLoader(load)
