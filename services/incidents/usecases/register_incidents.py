"""Registering incidents: a title is enough, and each row of a batch succeeds or is refused on its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

from chassis.access import NOWHERE, Actor, Everywhere
from chassis.database import UnitOfWork
from chassis.errors import Denied, Invalid, NotFound, Refusal
from services.incidents.domain import details, permissions
from services.incidents.persistence import numbers
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.known import Key, Known, find_known
from services.incidents.persistence.rows import CompanyRef, IncidentRow
from services.incidents.usecases.creation import create
from services.incidents.usecases.relations import Relations, directory_keys, resolve, user_ids

LONGEST_KEY = 64
COMPANY = "The company was"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterIncident:
    """`details` are values by the names of domain/details.py; `registration_key` makes a repetition harmless."""

    details: dict[str, Any]
    company: Key | None = None
    relations: Relations = field(default_factory=dict)
    registration_key: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """`already` tells that an earlier request with the same key has done it."""

    incident: IncidentRow
    already: bool = False


Outcome: TypeAlias = Registered | Refusal


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A row that passed every rule and only lacks its number."""

    company: CompanyRef
    values: dict[str, Any]


async def register_incidents(commands: Sequence[RegisterIncident], work: UnitOfWork) -> list[Outcome]:
    """One outcome per command, in their order; the number of statements does not depend on how many there are."""
    known = await find_known(
        work.session,
        companies={key for command in commands if (key := command.company or _only_company(work.actor)) is not None},
        entries={key for command in commands for key in directory_keys(command.relations)},
        users={each for command in commands for each in user_ids(command.relations)},
    )
    earlier = await _earlier(commands, work)
    judged = [_judge(command, known, earlier, work.actor) for command in commands]
    return await _store(judged, work)


async def register_incident(command: RegisterIncident, work: UnitOfWork) -> Registered:
    """Raises Refusal."""
    outcome = (await register_incidents([command], work))[0]
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def _only_company(actor: Actor) -> UUID | None:
    """The company of a caller who may register in just one."""
    companies = actor.companies(permissions.ADD)
    if isinstance(companies, Everywhere) or len(companies) != 1:
        return None
    return next(iter(companies))


async def _earlier(commands: Sequence[RegisterIncident], work: UnitOfWork) -> dict[str, IncidentRow]:
    keys = [command.registration_key for command in commands if command.registration_key is not None]
    return await Incidents(work.session, work.actor).by_registration_keys(keys) if keys else {}


def _judge(
    command: RegisterIncident, known: Known, earlier: dict[str, IncidentRow], actor: Actor
) -> Outcome | _Accepted:
    try:
        already = earlier.get(_checked_key(command) or "")
        if already is not None:
            return Registered(already, already=True)
        company = _company(command.company, known, actor)
        return _Accepted(company, _values(command, resolve(command.relations, known, company.id), known))
    except Refusal as refusal:
        return refusal


def _checked_key(command: RegisterIncident) -> str | None:
    key = command.registration_key
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise Invalid(f"An idempotency key has 1 to {LONGEST_KEY} characters.", field=("idempotency_key",))
    return key


def _company(named: Key | None, known: Known, actor: Actor) -> CompanyRef:
    if actor.companies(permissions.ADD) == NOWHERE:
        raise Denied(permissions.ADD)
    key = named or _only_company(actor)
    if key is None:
        raise Invalid("Name the company: you may register incidents in more than one.", field=("company",))
    company = known.companies.get(key)
    if company is None or not company.active:
        raise NotFound(COMPANY, field=("company",))
    actor.require(permissions.ADD, company.id, what=COMPANY, seen_with=permissions.VIEW, field=("company",))
    return company


def _values(command: RegisterIncident, related: dict[str, Any], known: Known) -> dict[str, Any]:
    values = details.check({"title": None, "tags": None, **command.details}) | related
    if "status_id" not in values:
        if known.initial_status is None:
            raise Invalid("No status is marked as initial: name one.", field=("status",))
        values |= {"status_id": known.initial_status.id, "status_category": known.initial_status.category}
    return values | {"registration_key": command.registration_key}


async def _store(judged: Sequence[Outcome | _Accepted], work: UnitOfWork) -> list[Outcome]:
    now = datetime.now(UTC)
    companies = [(each.company.id, now.year) for each in judged if isinstance(each, _Accepted)]
    drawn = await numbers.draw(companies, work.session)
    stored: dict[str, IncidentRow] = {}
    outcomes = [
        _keep(each, drawn[each.company.id, now.year], stored, now, work) if isinstance(each, _Accepted) else each
        for each in judged
    ]
    await work.session.flush()
    return outcomes


def _keep(
    accepted: _Accepted, drawn: numbers.Drawn, stored: dict[str, IncidentRow], now: datetime, work: UnitOfWork
) -> Registered:
    """Creates the incident, unless an earlier row of this very batch had the same key."""
    key = accepted.values["registration_key"]
    if key in stored:
        return Registered(stored[key], already=True)
    incident = create(accepted.company, accepted.values, next(drawn), now, work)
    if key is not None:
        stored[key] = incident
    return Registered(incident)
