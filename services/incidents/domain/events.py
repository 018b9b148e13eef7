"""What this service tells the others: thin facts of ids and names of changed fields, never narratives."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRegistered:
    """It is there, with what was known of it at once. Subject of this and all that follow: the incident."""

    type: ClassVar[str] = "incident.registered.v1"
    incident_id: UUID
    reference: str
    status_id: UUID
    status_category: str
    classification_id: UUID | None
    type_id: UUID | None
    severity_id: UUID | None
    responsible_id: UUID | None
    visibility: str
    member_ids: tuple[UUID, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentUpdated:
    """Something of its record is another now, of which no other event tells."""

    type: ClassVar[str] = "incident.updated.v1"
    incident_id: UUID
    reference: str
    changed: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAssigned:
    """Another user is responsible for it, or nobody is."""

    type: ClassVar[str] = "incident.assigned.v1"
    incident_id: UUID
    reference: str
    before: UUID | None
    after: UUID | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStatusChanged:
    """It went from one status to another."""

    type: ClassVar[str] = "incident.status_changed.v1"
    incident_id: UUID
    reference: str
    before: UUID
    after: UUID
    category_before: str
    category_after: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentVisibilityChanged:
    """Others may see it than before: its visibility has changed, or its members have. `member_ids` are all of them."""

    type: ClassVar[str] = "incident.visibility_changed.v1"
    incident_id: UUID
    reference: str
    before: str
    after: str
    member_ids: tuple[UUID, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPartChanged:
    """Something that hangs on the incident was added, edited or removed.

    `concerned_ids` are users whom it newly concerns: of a comment those whom it mentions.
    """

    type: ClassVar[str] = "incident.part_changed.v1"
    incident_id: UUID
    reference: str
    part: str
    part_id: UUID
    operation: str
    changed: tuple[str, ...]
    concerned_ids: tuple[UUID, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPartOverdue:
    """Something of the incident is open past its due date; told once for each due date.

    A review that nobody has begun has the id of its incident in `part_id`. `concerned_ids` are the users who were to
    finish it.
    """

    type: ClassVar[str] = "incident.part_overdue.v1"
    incident_id: UUID
    reference: str
    part: str
    part_id: UUID
    due_at: datetime
    concerned_ids: tuple[UUID, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDeleted:
    """It is out of all lists, and may come back until it is purged."""

    type: ClassVar[str] = "incident.deleted.v1"
    incident_id: UUID
    reference: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRestored:
    """What was deleted is there again."""

    type: ClassVar[str] = "incident.restored.v1"
    incident_id: UUID
    reference: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPurged:
    """Nothing is left of it, here: whoever keeps something about it has no reason to any more."""

    type: ClassVar[str] = "incident.purged.v1"
    incident_id: UUID
    reference: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDisclosed:
    """Something of it was taken out; `operation` is EXPORT, MAIL or ACCESS, or DOWNLOADED for a file of it."""

    type: ClassVar[str] = "incident.disclosed.v1"
    incident_id: UUID
    reference: str
    operation: str
    version: int
