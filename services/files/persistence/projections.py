"""The projections this service keeps of the owners of files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chassis.database import Database
from chassis.peers import Peer
from chassis.projections import Projection
from services.files.domain.owners import OwnerKind
from services.files.persistence.owners import KEPT


@dataclass(frozen=True, slots=True)
class Projections:
    of_kind: Mapping[OwnerKind, Projection]

    @classmethod
    def of(cls, database: Database, peer: Callable[[str], Peer]) -> "Projections":
        return cls({kind: Projection(kept.name, kept.ref, peer(kept.by), database) for kind, kept in KEPT.items()})

    @property
    def incidents(self) -> Projection:
        return self.of_kind[OwnerKind.INCIDENT]

    @property
    def companies(self) -> Projection:
        return self.of_kind[OwnerKind.COMPANY]

    @property
    def pages(self) -> Projection:
        return self.of_kind[OwnerKind.GUIDE_PAGE]

    def all(self) -> tuple[Projection, ...]:
        return tuple(self.of_kind.values())
