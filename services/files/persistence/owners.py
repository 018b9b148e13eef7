"""What this service knows of the owners of files, and who sees them and thereby their files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from chassis.access import Actor
from chassis.rowsecurity import among, confided
from services.files.domain import permissions
from services.files.domain.owners import OwnerKind
from services.files.persistence.rows import CompanyRef, CustodyRow, FileRow, IncidentRef, PageRef, UploadRow

Ref: TypeAlias = type[IncidentRef] | type[CompanyRef] | type[PageRef]
Owned: TypeAlias = type[FileRow] | type[UploadRow] | type[CustodyRow]
Condition: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The copy that is kept of owners of a kind, of what the service `by` publishes as `name`.

    `company` is whose they are. `sees` tells which there are for an actor, `custody` of which of them the actor is told
    who had their files in hand, `takes` which take files.
    """

    name: str
    by: str
    ref: Ref
    company: Any
    sees: Callable[[Actor], Condition]
    custody: Callable[[Actor], Condition]
    takes: Condition = field(default_factory=true)


def _sees_incident(actor: Actor) -> Condition:
    seen = among(IncidentRef.company_id, actor.companies(permissions.VIEW))
    told = confided(
        IncidentRef.restricted,
        IncidentRef.company_id,
        IncidentRef.member_ids,
        all_of=actor.companies(permissions.VIEW_RESTRICTED),
        to=actor.id,
    )
    return and_(seen, told, IncidentRef.deleted.is_(False))


def _sees_company(actor: Actor) -> Condition:
    return among(CompanyRef.id, permissions.sees_documents(actor))


def _sees_page(actor: Actor) -> Condition:
    """Those that readers have: everybody's, and of companies where the actor may do anything; and what is managed."""
    read = and_(PageRef.shown, or_(PageRef.company_id.is_(None), among(PageRef.company_id, actor.anywhere())))
    return or_(read, _manages_page(actor))


def _manages_page(actor: Actor) -> Condition:
    return among(PageRef.company_id, actor.companies(permissions.GUIDE))


KEPT: Final[Mapping[OwnerKind, Kept]] = {
    OwnerKind.INCIDENT: Kept(
        name="incident",
        by="incidents",
        ref=IncidentRef,
        company=IncidentRef.company_id,
        sees=_sees_incident,
        custody=_sees_incident,
    ),
    OwnerKind.COMPANY: Kept(
        name="company",
        by="access",
        ref=CompanyRef,
        company=CompanyRef.id,
        sees=_sees_company,
        custody=_sees_company,
        takes=CompanyRef.active.is_(True),
    ),
    OwnerKind.GUIDE_PAGE: Kept(
        name="guide_page",
        by="directories",
        ref=PageRef,
        company=PageRef.company_id,
        sees=_sees_page,
        custody=_manages_page,
    ),
}


def sees_owner(kind: OwnerKind, actor: Actor) -> Condition:
    """Which owners of a kind there are for the actor."""
    return KEPT[kind].sees(actor)


def sees(actor: Actor, of: Owned = FileRow) -> Condition:
    """Which files, uploads or entries there are for the actor: those of owners that there are; decided nowhere else."""
    return _through(of, lambda kept: kept.sees(actor))


def sees_custody(actor: Actor) -> Condition:
    """Whose chain of custody the actor is told: everybody reads the guide, and need not know who else does."""
    return _through(CustodyRow, lambda kept: kept.custody(actor))


def restriction(of: Owned = FileRow) -> ColumnElement[bool]:
    """Whether only few may know of it: incidents are restricted, and nothing else is."""
    of_incident = select(IncidentRef.restricted).where(IncidentRef.id == of.owner_id).scalar_subquery()
    return func.coalesce(of_incident, false())


def _through(of: Owned, seen: Callable[[Kept], Condition]) -> Condition:
    """Scalar sub-selects and no EXISTS, which PostgreSQL may answer by reading all owners first."""
    return or_(*(and_(of.owner_kind == kind.value, _one(kept, of, seen(kept))) for kind, kept in KEPT.items()))


def _one(kept: Kept, of: Owned, seen: Condition) -> Condition:
    found = select(true()).select_from(kept.ref).where(kept.ref.id == of.owner_id, seen)
    return found.correlate(of).scalar_subquery()
