"""Linking incidents: each tells it, the one by the name of the link, the other by that of its inverse."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Denied, Invalid, NotFound, Refusal
from chassis.identifiers import Key, uuid7
from services.incidents.domain import links, permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.incidents import INCIDENT
from services.incidents.persistence.known import find_known
from services.incidents.persistence.link_rows import LinkRow
from services.incidents.persistence.links import count_all, hold_hierarchy, leads_to, of_incident
from services.incidents.persistence.rows import DirectoryRef, IncidentRow
from services.incidents.usecases.parts import new_part_values, take, tell_part
from services.incidents.usecases.relations import choose_from

_HIERARCHY = (links.PARENT_OF, links.CHILD_OF)
OTHER = ("other_id",)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIncidents:
    """`type` is how the link is called from `incident_id`."""

    incident_id: UUID
    other_id: UUID
    type: Key
    note: str | None = None


async def link_incidents(command: LinkIncidents, work: UnitOfWork) -> LinkRow:
    """The link as the first incident has it. Raises NotFound, Denied or Invalid.

    Both incidents change, so both take the right to edit.
    """
    note = links.note(command.note)
    if command.incident_id == command.other_id:
        raise Invalid("An incident is not linked to itself.", field=OTHER)
    kind = await link_type(command.type, work)
    tree = kind.code in _HIERARCHY
    if tree:
        await hold_hierarchy(work.session)
    incident, other = await take_both(command.incident_id, command.other_id, work)
    await _require_new(kind, incident, other, work)
    if tree and await leads_to(other.id, incident.id, kind.id, work.session):
        raise Invalid("In the end it would be a part of itself.", field=OTHER)

    pair_id = uuid7()
    sides = [(incident, other.id, kind.id), (other, incident.id, kind.inverse_id or kind.id)]
    rows = [_row(here, there, type_id, pair_id, note, work) for here, there, type_id in sides]
    for side, row in zip((incident, other), rows, strict=True):
        tell_link(side, row, Operation.ADDED, work)
    await work.session.flush()
    return rows[0]


async def take_both(first: UUID, second: UUID, work: UnitOfWork) -> tuple[IncidentRow, IncidentRow]:
    """Both, nobody else's until the commit. Raises NotFound or Denied, naming the one to blame.

    Everybody takes them in the order of their ids, so that two never wait for one another.
    """
    taken: dict[UUID, IncidentRow | Refusal] = {}
    for each in sorted((first, second)):
        taken[each] = await _taken(each, work, field=OTHER if each == second else ("incident_id",))
    for found in (taken[first], taken[second]):
        if isinstance(found, Refusal):
            raise found
    return cast("IncidentRow", taken[first]), cast("IncidentRow", taken[second])


async def link_type(key: Key, work: UnitOfWork) -> DirectoryRef:
    """Raises NotFound for one that is not everybody's: a link may lead to an incident of another company."""
    known = await find_known(work.session, entries={key})
    return choose_from("link_type", key, known, UUID(int=0), field="link_type", what="The link type was")


def tell_link(incident: IncidentRow, row: LinkRow, operation: Operation, work: UnitOfWork) -> None:
    """Its history and events say that a link changed and no more: who reads them may not see where it leads."""
    tell_part(incident, Part(PartType.LINK, row.id), operation, {}, work, right=permissions.EDIT)


async def _taken(incident_id: UUID, work: UnitOfWork, *, field: tuple[str, ...]) -> IncidentRow | Refusal:
    try:
        return await take(incident_id, work, right=permissions.EDIT)
    except NotFound:
        return NotFound(INCIDENT, field=field)
    except Denied as denied:
        return Denied(denied.permission, field=field)


async def _require_new(kind: DirectoryRef, incident: IncidentRow, other: IncidentRow, work: UnitOfWork) -> None:
    """Raises Invalid for a link that is there already, in one direction or the other, and for one too many."""
    linked = {(row.other_id, row.type_id) for row in await of_incident(incident.id, work.session, work.actor)}
    if {(other.id, kind.id), (other.id, kind.inverse_id)} & linked:
        raise Invalid("These two are linked so already.", field=OTHER)
    for side, field in ((incident, ("incident_id",)), (other, OTHER)):
        require_room(await count_all(side.id, work.session, work.actor), field=field)


def require_room(number: int, *, field: tuple[str, ...]) -> None:
    """Raises Invalid."""
    if number >= links.MOST_LINKS:
        raise Invalid(f"An incident has at most {links.MOST_LINKS} links: remove one first.", field=field)


def _row(here: IncidentRow, there: UUID, type_id: UUID, pair_id: UUID, note: str | None, work: UnitOfWork) -> LinkRow:
    row = LinkRow(**new_part_values(here, uuid7(), work), pair_id=pair_id, type_id=type_id, other_id=there, note=note)
    work.session.add(row)
    return row
