"""What do these companies demand, what of it did they set themselves, and who did?"""

from collections.abc import Sequence
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding
from services.incidents.domain.demanded import Demanded
from services.incidents.persistence.gates import changes_of, gates_of, rows_of
from services.incidents.persistence.rows import GateChangeRow, GateRow

GatesByCompany: TypeAlias = DataLoader[UUID, Demanded | None]


class GateLoaders:
    def __init__(self, read: OpenRead, actor: Actor) -> None:
        self.demanded: GatesByCompany = finding(read, lambda session, ids: gates_of(ids, session))
        self.own: DataLoader[UUID, Sequence[GateRow] | None] = finding(
            read, lambda session, ids: rows_of(ids, session, actor)
        )
        self.changes: DataLoader[UUID, Sequence[GateChangeRow] | None] = finding(
            read, lambda session, ids: changes_of(ids, session, actor)
        )
