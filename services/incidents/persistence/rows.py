"""The tables of this service."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Date, Double, Index, Numeric, String, Text, Uuid, false, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.migrations import APPEND_ONLY, SEALED
from chassis.tables import TYPES, new_metadata
from services.incidents.domain.chain import RECORDED, Link, record_of
from services.incidents.domain.visibility import Visibility

_PRESENT = "deleted_at IS NULL"
_DELETED = "deleted_at IS NOT NULL AND purged_at IS NULL"


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


class IncidentRow(Base):
    """An incident. `version` counts changes of its own fields, `sequence` its events."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_company_registered", "company_id", "registered_at", "id", postgresql_where=_PRESENT),
        Index("ix_incident_registered", "registered_at", "id", postgresql_where=_PRESENT),
        Index("ix_incident_company_updated", "company_id", "updated_at", "id", postgresql_where=_PRESENT),
        Index("ix_incident_updated", "updated_at", "id", postgresql_where=_PRESENT),
        Index(
            *("ix_incident_restricted", "company_id", "registered_at", "id"),
            postgresql_where=f"restricted AND {_PRESENT}",
        ),
        Index("ix_incident_deleted", "deleted_at", "id", postgresql_where=_DELETED),
        Index("ix_incident_responsible", "responsible_id", postgresql_where=_PRESENT),
        Index("uq_incident_registration_key", "registered_by_id", "registration_key", unique=True),
        Index(
            "ix_incident_source",
            "company_id",
            "source_system",
            "source_external_id",
            postgresql_where="source_external_id IS NOT NULL",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    company_id: Mapped[UUID]
    title: Mapped[str]
    description: Mapped[str | None]
    classification_id: Mapped[UUID | None]
    type_id: Mapped[UUID | None]
    status_id: Mapped[UUID]
    status_category: Mapped[str]
    severity_id: Mapped[UUID | None]
    location_text: Mapped[str | None]
    location_country: Mapped[str | None]
    responsible_id: Mapped[UUID | None]
    registered_by_id: Mapped[UUID]
    reported_by_name: Mapped[str | None]
    reported_by_email: Mapped[str | None]
    reported_by_phone: Mapped[str | None]
    occurred_at: Mapped[datetime | None]
    detected_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    registered_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    data_subjects_affected: Mapped[int | None]
    records_affected: Mapped[int | None]
    impact: Mapped[str | None]
    actions_taken: Mapped[str | None]
    preventive_measures: Mapped[str | None]
    comment: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    registration_key: Mapped[str | None]
    version: Mapped[int]
    sequence: Mapped[int]
    deleted_at: Mapped[datetime | None]
    restricted: Mapped[bool] = mapped_column(Boolean, default=False)
    members: Mapped[list[UUID]] = mapped_column("member_ids", ARRAY(Uuid()), default=list)
    history_hash: Mapped[bytes | None]  # of the last entry of its history
    kind: Mapped[str] = mapped_column(default="INCIDENT", server_default="INCIDENT")
    department_id: Mapped[UUID | None]
    department_at_registration_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    site_id: Mapped[UUID | None]
    location_latitude: Mapped[float | None] = mapped_column(Double())
    location_longitude: Mapped[float | None] = mapped_column(Double())
    tlp: Mapped[str] = mapped_column(default="AMBER", server_default="AMBER")
    pap: Mapped[str] = mapped_column(default="AMBER", server_default="AMBER")
    detection_source_id: Mapped[UUID | None]
    outcome_id: Mapped[UUID | None]
    priority_id: Mapped[UUID | None]
    impact_level_id: Mapped[UUID | None]
    impact_areas: Mapped[list[str]] = mapped_column(ARRAY(Text()), default=list, server_default="{}")
    root_cause: Mapped[str | None]
    personal_data: Mapped[bool | None] = mapped_column(Boolean)
    critical_service: Mapped[bool | None] = mapped_column(Boolean)
    cost_amount: Mapped[Decimal | None] = mapped_column(Numeric(20, 4))
    cost_currency: Mapped[str | None]
    reports_and_records: Mapped[str | None]
    indicators_text: Mapped[str | None]
    no_measures_reason: Mapped[str | None]
    reported_by_id: Mapped[UUID | None]
    reported_by_external: Mapped[bool | None] = mapped_column(Boolean)
    source_channel: Mapped[str] = mapped_column(default="API", server_default="API")
    source_system: Mapped[str | None]
    source_external_id: Mapped[str | None]
    source_url: Mapped[str | None]
    language: Mapped[str | None]
    occurred_until: Mapped[datetime | None]
    aware_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]
    contained_at: Mapped[datetime | None]
    eradicated_at: Mapped[datetime | None]
    recovered_at: Mapped[datetime | None]
    first_resolved_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    first_reopened_at: Mapped[datetime | None]
    reopen_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    timestamps: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    review_due_at: Mapped[datetime | None]
    deleted_by_id: Mapped[UUID | None]
    delete_reason: Mapped[str | None]
    held: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # what is deleted is not purged
    purged_at: Mapped[datetime | None]  # of which nothing is left but this row, emptied

    @property
    def visibility(self) -> Visibility:
        """As rules and callers call it; `restricted` is what row-level security reads."""
        return Visibility.RESTRICTED if self.restricted else Visibility.COMPANY

    @visibility.setter
    def visibility(self, value: Visibility) -> None:
        self.restricted = value is Visibility.RESTRICTED


class ChangeRow(Base):
    """One entry of an incident's history; written once. `part_type` and `part_id` are null for the incident itself.

    `permission` is the right by which it was made; entries from before it was kept have none.
    """

    __tablename__ = "incident_change"
    __table_args__ = ({"info": {APPEND_ONLY: True}},)

    incident_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    company_id: Mapped[UUID]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    request_id: Mapped[str | None]
    operation: Mapped[str]
    changes: Mapped[dict[str, Any]]
    part_type: Mapped[str | None]
    part_id: Mapped[UUID | None]
    permission: Mapped[str | None]
    previous: Mapped[bytes | None] = mapped_column("prev_hash")
    hash: Mapped[bytes]

    @property
    def link(self) -> Link:
        return Link(record_of({name: getattr(self, name) for name in RECORDED}), self.hash.hex())


class IntervalRow(Base):
    """How an incident stood from one moment to another; the present stretch has no end.

    `sequence` is that of the change that began it.
    """

    __tablename__ = "status_interval"
    __table_args__ = (Index("ix_status_interval_company_begun", "company_id", "begun_at"),)

    incident_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    company_id: Mapped[UUID]
    status_id: Mapped[UUID]
    category: Mapped[str]
    severity_id: Mapped[UUID | None]
    responsible_id: Mapped[UUID | None]
    department_id: Mapped[UUID | None]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class GateRow(Base):
    """What a company demands before a category is entered, in place of the usual; null is the usual again."""

    __tablename__ = "gate"

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    demands: Mapped[list[str] | None] = mapped_column(ARRAY(Text()))
    floors: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # ranks of severity by demand
    version: Mapped[int]


class GateChangeRow(Base):
    """One entry of a gate's history; written once. Null is the usual gate."""

    __tablename__ = "gate_change"
    __table_args__ = ({"info": {APPEND_ONLY: True}},)

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    request_id: Mapped[str | None]
    before: Mapped[list[str] | None] = mapped_column(ARRAY(Text()))
    after: Mapped[list[str] | None] = mapped_column(ARRAY(Text()))
    floors_before: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    floors_after: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")


class NumberRow(Base):
    """The last number that a company's incidents of a year were given."""

    __tablename__ = "incident_number"

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class SourceRow(Base):
    """Which incident of a company holds the source it was registered from; restricted ones hold none."""

    __tablename__ = "incident_source"

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    holder_id: Mapped[UUID] = mapped_column(index=True)


class CountRow(Base):
    """How many incidents of a company there are for an audience; a trigger of `incident` keeps it.

    An audience is a member of restricted ones, by id, or one of the two that `counting` names.
    """

    __tablename__ = "incident_count"

    audience: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]


class SearchRow(Base):
    """What is searched of an incident, kept by triggers; only functions of the owner of the tables read it."""

    __tablename__ = "incident_search"
    __table_args__ = (
        Index(
            "ix_incident_search_document",
            "document",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 512},
        ),
        Index(
            "ix_incident_search_time",
            "incident_id",
            postgresql_using="brin",
            postgresql_ops={"incident_id": "uuid_minmax_multi_ops"},
            postgresql_with={"pages_per_range": 32, "autosummarize": "on"},
        ),
        {"info": {SEALED: True}},
    )

    incident_id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    restricted: Mapped[bool] = mapped_column(Boolean)
    member_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    language: Mapped[str | None]
    document: Mapped[str] = mapped_column(TSVECTOR())


class CompanyRef(Base):
    """Projection of access's companies."""

    __tablename__ = "company_ref"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    code: Mapped[str] = mapped_column(index=True)
    active: Mapped[bool] = mapped_column(Boolean)


class UserRef(Base):
    """Projection of access's users: enough to know whom an incident may be given to."""

    __tablename__ = "user_ref"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    active: Mapped[bool] = mapped_column(Boolean)
    every_company: Mapped[bool] = mapped_column(Boolean)
    company_ids: Mapped[list[str]]


class UnitRef(Base):
    """Projection of something that companies consist of: enough to know whether an incident may be given to it."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    company_id: Mapped[UUID]
    active: Mapped[bool] = mapped_column(Boolean)


class DepartmentRef(UnitRef):
    __tablename__ = "department_ref"


class SiteRef(UnitRef):
    __tablename__ = "site_ref"


class TeamRef(UnitRef):
    __tablename__ = "team_ref"


class DirectoryRef(Base):
    """Projection of the directories' entries; `kind` tells which directory, `company_id` whose alone it is.

    The days of its validity are in it, both of them.
    """

    __tablename__ = "directory_ref"
    __table_args__ = (Index("ix_directory_ref_kind_code", "kind", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    code: Mapped[str]
    active: Mapped[bool] = mapped_column(Boolean)
    parent_id: Mapped[UUID | None]
    category: Mapped[str | None]
    is_initial: Mapped[bool] = mapped_column(Boolean)
    rank: Mapped[int | None]
    company_id: Mapped[UUID | None]
    valid_from: Mapped[date | None] = mapped_column(Date())
    valid_to: Mapped[date | None] = mapped_column(Date())
    merged_into_id: Mapped[UUID | None] = mapped_column(index=True)
    single: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # of a role: one at a time
    inverse_id: Mapped[UUID | None]  # of a link type: how it is called from the other side

    def choosable(self, day: date) -> bool:
        """Whether an incident may be given it anew on that day."""
        begun = self.valid_from is None or self.valid_from <= day
        return self.active and begun and (self.valid_to is None or day <= self.valid_to)
