"""The projections this service keeps of the owners of files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chassis.database import Database
from chassis.peers import Peer
from chassis.projections import Projection
from services.files.domain.owners import OwnerKind
from services.files.persistence.owners import KEPT

_OWNED_BY = {  # what each kind is called by the service that has it
    OwnerKind.INCIDENT: ("incident", "incidents"),
    OwnerKind.COMPANY: ("company", "access"),
    OwnerKind.GUIDE_PAGE: ("guide_page", "directories"),
}


@dataclass(frozen=True, slots=True)
class Projections:
    of_kind: Mapping[OwnerKind, Projection]

    @classmethod
    def of(cls, database: Database, peer: Callable[[str], Peer]) -> "Projections":
        return cls(
            {
                kind: Projection(name, KEPT[kind].ref, peer(service), database)
                for kind, (name, service) in _OWNED_BY.items()
            }
        )

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
