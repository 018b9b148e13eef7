"""Registering incidents: a title is enough, and each row of a batch succeeds or is refused on its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import TypeAlias

from chassis.access import Actor
from chassis.database import UnitOfWork
from chassis.errors import Refusal
from services.incidents.persistence import numbers, registration_keys
from services.incidents.persistence import sources as source_claims
from services.incidents.persistence.incidents import is_visible
from services.incidents.persistence.known import Known, find_known
from services.incidents.persistence.rows import ChangeRow, IncidentRow
from services.incidents.persistence.sources import Source
from services.incidents.usecases.acceptance import (
    Accepted,
    RegisterIncident,
    accept,
    checked_key,
    company_keys,
    entry_keys,
)
from services.incidents.usecases.creation import create, tell_of
from services.incidents.usecases.relations import unit_keys, user_ids


@dataclass(frozen=True, slots=True)
class Registered:
    """`already` tells that an earlier request with the same key, or of the same source, has done it.

    `visible` says whether the actor may look at the incident: always right after registering it, later only while it
    is there and within the actor's sight. It is None where not even the transaction may read it.
    """

    incident: IncidentRow | None
    already: bool = False
    visible: bool = True


Outcome: TypeAlias = Registered | Refusal
Mark: TypeAlias = str | Source | int


async def register_incidents(commands: Sequence[RegisterIncident], work: UnitOfWork) -> list[Outcome]:
    """One outcome per command, in their order; the number of statements does not depend on how many there are."""
    keys = {key for command in commands if (key := _key(command)) is not None}
    earlier = await registration_keys.claim(keys, work.actor, work.session)
    known = await find_known(
        work.session,
        companies=company_keys(commands, work.actor),
        entries=entry_keys(commands),
        users={each for command in commands for each in (*user_ids(command.relations), *command.members)},
        units={key for command in commands for key in unit_keys(command.relations)},
    )
    now = datetime.now(UTC)
    judged = [_judge(command, known, earlier, work.actor, now) for command in commands]
    sources = {source for each in judged if isinstance(each, Accepted) and (source := _source(each)) is not None}
    taken = await source_claims.claim(sources, work.actor, work.session)
    return await _store([_unless_taken(each, taken, work.actor) for each in judged], now, work)


def _key(command: RegisterIncident) -> str | None:
    """None also where it is refused, which `_judge` tells."""
    try:
        return checked_key(command)
    except Refusal:
        return None


def _judge(
    command: RegisterIncident, known: Known, earlier: dict[str, IncidentRow], actor: Actor, now: datetime
) -> Outcome | Accepted:
    try:
        already = earlier.get(checked_key(command) or "")
        return accept(command, known, actor, now) if already is None else _found(already, actor)
    except Refusal as refusal:
        return refusal


def _found(incident: IncidentRow, actor: Actor) -> Registered:
    return Registered(incident, already=True, visible=is_visible(incident, actor))


def _unless_taken(judged: Outcome | Accepted, taken: dict[Source, IncidentRow | None], by: Actor) -> Outcome | Accepted:
    source = _source(judged) if isinstance(judged, Accepted) else None
    if source is None or source not in taken:
        return judged
    incident = taken[source]
    return Registered(None, already=True, visible=False) if incident is None else _found(incident, by)


def _source(accepted: Accepted) -> Source | None:
    system, external = accepted.values.get("source_system"), accepted.values.get("source_external_id")
    return None if system is None or external is None else Source(accepted.company.id, system, external)


async def _store(judged: Sequence[Outcome | Accepted], now: datetime, work: UnitOfWork) -> list[Outcome]:
    """A row with the key of an earlier row of the same batch is a repetition: it draws no number.

    The incidents are stored company by company, in one order for everybody: the database counts those of a company for
    one transaction at a time, and two batches must not wait for one another.
    """
    firsts: dict[Mark, Accepted] = {}
    for each in judged:
        if isinstance(each, Accepted) and not any(mark in firsts for mark in _marks(each)):
            firsts |= dict.fromkeys(_marks(each), each)
    new = list({id(each): each for each in firsts.values()}.values())
    drawn = await numbers.draw([(each.company.id, now.year) for each in new], work.session)
    made = {id(each): create(each, next(drawn[each.company.id, now.year]), now, work) for each in new}
    incidents = [incident for incident, _ in made.values()]
    work.session.add_all(sorted(incidents, key=attrgetter("company_id")))
    await work.session.flush()
    work.session.add_all(entry for _, entry in made.values())
    for each in new:
        tell_of(made[id(each)][0], each, work)
    await work.session.flush()
    await source_claims.hold(incidents, work.session)
    return [_stored(each, firsts, made) if isinstance(each, Accepted) else each for each in judged]


def _stored(
    accepted: Accepted, firsts: dict[Mark, Accepted], made: dict[int, tuple[IncidentRow, ChangeRow]]
) -> Registered:
    first = next(firsts[mark] for mark in _marks(accepted) if mark in firsts)
    return Registered(made[id(first)][0], already=first is not accepted)


def _marks(accepted: Accepted) -> list[Mark]:
    """Rows of a batch are the same registration when they have a mark in common."""
    key: str | None = accepted.values["registration_key"]
    source = _source(accepted)
    given: list[Mark | None] = [key, source]
    return [mark for mark in given if mark is not None] or [id(accepted)]
