"""The incidents service as other services meet it: its events, and its answers to their look-ups.

incidents = Incidents()
event = incidents.register(company, responsible=ada)        # as its relay would send it
incidents.published                                         # to be put in its place as a peer
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import orjson

from chassis.events import Envelope, Fact
from chassis.identifiers import to_json, uuid7
from services.incidents.domain.events import (
    IncidentAssigned,
    IncidentDeleted,
    IncidentDisclosed,
    IncidentPurged,
    IncidentRegistered,
    IncidentRestored,
    IncidentStatusChanged,
    IncidentUpdated,
    IncidentVisibilityChanged,
)
from tests.support.services import Published


@dataclass
class Incidents:
    """Every change moves what a look-up answers, and gives the event that tells of it."""

    published: Published = field(default_factory=lambda: Published(incident=[]))
    positions: Iterator[int] = field(default_factory=lambda: count(1))

    def register(
        self, company: UUID, *, responsible: UUID | None = None, members: Sequence[UUID] | None = None
    ) -> Envelope:
        """Restricted to `members` where they are given."""
        incident = uuid7()
        row: dict[str, Any] = {
            "id": str(incident),
            "version": 0,
            "company_id": str(company),
            "reference": f"ACME-2026-{len(self.published.rows['incident']) + 1:06d}",
            "responsible_id": responsible and str(responsible),
            "deleted": False,
            "held": False,
            "restricted": members is not None,
            "member_ids": [str(member) for member in members or ()],
        }
        self.published.rows["incident"].append(row)
        return self._tell(
            IncidentRegistered(
                incident_id=incident,
                reference=row["reference"],
                status_id=uuid7(),
                status_category="NEW",
                classification_id=None,
                type_id=None,
                severity_id=None,
                responsible_id=responsible,
                visibility="COMPANY" if members is None else "RESTRICTED",
                member_ids=tuple(members or ()),
                version=1,
            )
        )

    def update(self, incident: UUID) -> Envelope:
        return self._tell(
            IncidentUpdated(incident_id=incident, reference=self._reference(incident), changed=("title",), version=2)
        )

    def change_status(self, incident: UUID) -> Envelope:
        return self._tell(
            IncidentStatusChanged(
                incident_id=incident,
                reference=self._reference(incident),
                before=uuid7(),
                after=uuid7(),
                category_before="NEW",
                category_after="ACTIVE",
                version=2,
            )
        )

    def assign(self, incident: UUID, responsible: UUID | None) -> Envelope:
        row = self._row(incident)
        before, row["responsible_id"] = row["responsible_id"], responsible and str(responsible)
        return self._tell(
            IncidentAssigned(
                incident_id=incident,
                reference=row["reference"],
                before=before and UUID(before),
                after=responsible,
                version=2,
            )
        )

    def show_to(self, incident: UUID, members: Sequence[UUID] | None) -> Envelope:
        """Restricts it to `members`, or opens it to the company where there are none."""
        row = self._row(incident)
        before, row["restricted"] = row["restricted"], members is not None
        row["member_ids"] = [str(member) for member in members or ()]
        return self._tell(
            IncidentVisibilityChanged(
                incident_id=incident,
                reference=row["reference"],
                before="RESTRICTED" if before else "COMPANY",
                after="COMPANY" if members is None else "RESTRICTED",
                member_ids=tuple(members or ()),
                version=2,
            )
        )

    def hold(self, incident: UUID, *, held: bool = True) -> Envelope:
        self._row(incident)["held"] = held
        return self.update(incident)

    def delete(self, incident: UUID) -> Envelope:
        self._row(incident)["deleted"] = True
        return self._tell(IncidentDeleted(incident_id=incident, reference=self._reference(incident), version=2))

    def restore(self, incident: UUID) -> Envelope:
        self._row(incident)["deleted"] = False
        return self._tell(IncidentRestored(incident_id=incident, reference=self._reference(incident), version=3))

    def purge(self, incident: UUID) -> Envelope:
        self._row(incident).update(deleted=True, responsible_id=None)
        return self._tell(IncidentPurged(incident_id=incident, reference=self._reference(incident), version=3))

    def disclose(self, incident: UUID) -> Envelope:
        return self._tell(
            IncidentDisclosed(incident_id=incident, reference=self._reference(incident), operation="EXPORT", version=1)
        )

    def _tell(self, fact: Fact) -> Envelope:
        data = orjson.loads(orjson.dumps(fact, default=to_json))
        row = self._row(UUID(data["incident_id"]))
        row["version"] += 1
        return Envelope(
            id=uuid7(),
            source="incidents",
            type=fact.type,
            subject=UUID(row["id"]),
            company_id=UUID(row["company_id"]),
            sequence=row["version"],
            position=next(self.positions),
            time=datetime.now(UTC),
            data=data,
            restricted=row["restricted"],
        )

    def _row(self, incident: UUID) -> dict[str, Any]:
        return next(row for row in self.published.rows["incident"] if row["id"] == str(incident))

    def _reference(self, incident: UUID) -> str:
        reference: str = self._row(incident)["reference"]
        return reference
