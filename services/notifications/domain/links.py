"""Addresses that stand in mails: of incidents, and of their files."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.notifications.domain.incident_facts import IncidentFacts

PLACES: Final = ("{reference}", "{id}")


@dataclass(frozen=True, slots=True)
class Links:
    """`incident` has one of PLACES in it; `files` is the base of `/files/<id>`. Without them nothing is linked."""

    incident: str | None = None
    files: str | None = None

    def to_incident(self, incident: IncidentFacts) -> str:
        """Empty where it is not known."""
        where = self.incident or ""
        return where.replace("{reference}", incident.reference).replace("{id}", str(incident.id))

    def to_file(self, file: UUID) -> str:
        return f"{self.files}/files/{file}"
