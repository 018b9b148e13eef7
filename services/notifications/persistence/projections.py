"""The projection this service keeps of the incidents."""

from dataclasses import dataclass

from chassis.database import Database
from chassis.peers import Peer
from chassis.projections import Projection
from services.notifications.persistence.rows import IncidentRef


@dataclass(frozen=True, slots=True)
class Projections:
    incidents: Projection

    @classmethod
    def of(cls, database: Database, incidents: Peer) -> "Projections":
        return cls(incidents=Projection("incident", IncidentRef, incidents, database))

    def all(self) -> tuple[Projection, ...]:
        return (self.incidents,)
