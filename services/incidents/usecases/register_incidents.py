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
from services.incidents.persistence.incidents import is_visible
from services.incidents.persistence.known import Known, find_known
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.acceptance import Accepted, RegisterIncident, accept, checked_key, company_keys
from services.incidents.usecases.creation import create, tell_of
from services.incidents.usecases.relations import directory_keys, user_ids


@dataclass(frozen=True, slots=True)
class Registered:
    """`already` tells that an earlier request with the same key has done it.

    `visible` says whether the actor may look at the incident: always right after registering it, later only while it
    is there and within the actor's sight.
    """

    incident: IncidentRow
    already: bool = False
    visible: bool = True


Outcome: TypeAlias = Registered | Refusal


async def register_incidents(commands: Sequence[RegisterIncident], work: UnitOfWork) -> list[Outcome]:
    """One outcome per command, in their order; the number of statements does not depend on how many there are."""
    keys = {key for command in commands if (key := _key(command)) is not None}
    earlier = await registration_keys.claim(keys, work.actor, work.session)
    known = await find_known(
        work.session,
        companies=company_keys(commands, work.actor),
        entries={key for command in commands for key in directory_keys(command.relations)},
        users={each for command in commands for each in (*user_ids(command.relations), *command.members)},
    )
    judged = [_judge(command, known, earlier, work.actor) for command in commands]
    return await _store(judged, work)


def _key(command: RegisterIncident) -> str | None:
    """None also where it is refused, which `_judge` tells."""
    try:
        return checked_key(command)
    except Refusal:
        return None


def _judge(
    command: RegisterIncident, known: Known, earlier: dict[str, IncidentRow], actor: Actor
) -> Outcome | Accepted:
    try:
        already = earlier.get(checked_key(command) or "")
        return accept(command, known, actor) if already is None else _found(already, actor)
    except Refusal as refusal:
        return refusal


def _found(incident: IncidentRow, actor: Actor) -> Registered:
    return Registered(incident, already=True, visible=is_visible(incident, actor))


async def _store(judged: Sequence[Outcome | Accepted], work: UnitOfWork) -> list[Outcome]:
    """A row with the key of an earlier row of the same batch is a repetition: it draws no number.

    The incidents are stored company by company, in one order for everybody: the database counts those of a company for
    one transaction at a time, and two batches must not wait for one another.
    """
    now = datetime.now(UTC)
    firsts: dict[str | int, Accepted] = {}
    for each in judged:
        if isinstance(each, Accepted):
            firsts.setdefault(_mark(each), each)
    drawn = await numbers.draw([(each.company.id, now.year) for each in firsts.values()], work.session)
    made = {mark: create(each, next(drawn[each.company.id, now.year]), now, work) for mark, each in firsts.items()}
    incidents = [incident for incident, _ in made.values()]
    work.session.add_all(sorted(incidents, key=attrgetter("company_id")))
    await work.session.flush()
    work.session.add_all(entry for _, entry in made.values())
    for incident in incidents:
        tell_of(incident, work)
    await work.session.flush()
    return [
        Registered(made[_mark(each)][0], already=firsts[_mark(each)] is not each)
        if isinstance(each, Accepted)
        else each
        for each in judged
    ]


def _mark(accepted: Accepted) -> str | int:
    """Equal for the rows of a batch that are the same registration."""
    key: str | None = accepted.values["registration_key"]
    return id(accepted) if key is None else key
