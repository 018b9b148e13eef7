"""Whether a registration is accepted: its company, its values, and the rights they take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.access import Actor, Everywhere
from chassis.errors import Denied, Invalid, NotFound
from chassis.identifiers import Key
from services.incidents.domain import details, lifecycle, permissions
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.domain.measures import spoken
from services.incidents.domain.timestamps import Precision
from services.incidents.domain.visibility import Visibility, first_members
from services.incidents.persistence.known import Company, Known
from services.incidents.usecases import stamping
from services.incidents.usecases.relations import RESPONSIBLE, Relations, colleagues, directory_keys, resolve
from services.incidents.usecases.timestamps import Columns, ToldTimestamp, first_told

COMPANY = "The company was"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterIncident:
    """`details` are values by the names of domain/details.py; `registration_key` makes a repetition harmless.

    `precisions` are those of moments among the details, where they are not exact.

    `members` are those of a restricted incident, beside who registers it and who is responsible.
    """

    details: dict[str, Any]
    company: Key | None = None
    relations: Relations = field(default_factory=dict)
    visibility: Visibility = Visibility.COMPANY
    members: Sequence[UUID] = ()
    registration_key: str | None = None
    precisions: Mapping[str, Precision] = field(default_factory=dict)
    custom_timestamps: Sequence[ToldTimestamp] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A registration that passed every rule and only lacks its number. `values` and `timestamps` are columns."""

    company: Company
    values: dict[str, Any]
    timestamps: Sequence[Columns] = ()


def accept(command: RegisterIncident, known: Known, actor: Actor, now: datetime) -> Accepted:
    """Raises Refusal."""
    company = _company(command, known, actor)
    values = details.check({"title": None, "tags": None, "language": spoken(actor.locales), **command.details})
    _check_source(values)
    values |= resolve(command.relations, known, company.id, actor.id)
    values |= _confided(command, known, company.id, by=actor.id, responsible=values.get(RESPONSIBLE))
    if "status_id" not in values:
        values |= _initial_status(known)
    needed = lifecycle.permission_to_begin(StatusCategory(values["status_category"]))
    if not actor.may(needed, company.id):
        raise Denied(needed, field=("status",))
    values |= stamping.on_registration(values, command.details, command.precisions, now, actor.id)
    origin = stamping.origin_of(values)
    told = first_told(command.custom_timestamps, known, company.id, origin, actor.id)
    return Accepted(company, values | {"registration_key": command.registration_key}, told)


def _check_source(values: Mapping[str, Any]) -> None:
    """Raises Invalid for the id of something in a system that has no name."""
    if values.get("source_external_id") is not None and values.get("source_system") is None:
        raise Invalid("Name the system that the external id is of.", field=("source", "system"))


def checked_key(command: RegisterIncident) -> str | None:
    """The registration key. Raises Invalid."""
    try:
        return details.registration_key(command.registration_key)
    except ValueError as error:
        raise Invalid(str(error), field=("idempotency_key",)) from error


def entry_keys(commands: Iterable[RegisterIncident]) -> set[Key]:
    """The entries of directories that the commands name."""
    related = {key for command in commands for key in directory_keys(command.relations)}
    return related | {each.definition for command in commands for each in command.custom_timestamps}


def company_keys(commands: Iterable[RegisterIncident], actor: Actor) -> set[Key]:
    """The companies that the commands name or mean."""
    meant = (_company_key(command, actor) for command in commands)
    return {key for key in meant if key is not None}


def _company_key(command: RegisterIncident, actor: Actor) -> Key | None:
    """The company named, else that of a caller who may register in just one."""
    companies = actor.companies(permissions.ADD)
    if command.company is not None or isinstance(companies, Everywhere) or len(companies) != 1:
        return command.company
    return next(iter(companies))


def _company(command: RegisterIncident, known: Known, actor: Actor) -> Company:
    if not actor.holds(permissions.ADD):
        raise Denied(permissions.ADD)
    key = _company_key(command, actor)
    if key is None:
        raise Invalid("Name the company: you may register incidents in more than one.", field=("company",))
    company = known.companies.get(key)
    if company is None or not company.active:
        raise NotFound(COMPANY, field=("company",))
    actor.require(permissions.ADD, company.id, what=COMPANY, seen_with=permissions.VIEW, field=("company",))
    return company


def _confided(
    command: RegisterIncident, known: Known, company: UUID, *, by: UUID, responsible: UUID | None
) -> dict[str, Any]:
    if command.visibility is Visibility.COMPANY:
        if command.members:
            raise Invalid("Only a restricted incident has members: give visibility RESTRICTED.", field=("member_ids",))
        return {}
    named = colleagues(command.members, known, company, field="member_ids")
    return {"visibility": command.visibility, "members": first_members(named, by=by, responsible=responsible)}


def _initial_status(known: Known) -> dict[str, Any]:
    if known.initial_status is None:
        raise Invalid("No status is marked as initial: name one.", field=("status",))
    return {"status_id": known.initial_status.id, "status_category": known.initial_status.category}
