"""Taking a link away, from both incidents that it is between."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Denied, NotFound
from services.incidents.domain import permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.link_rows import LinkRow
from services.incidents.persistence.links import links_of, pair
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.link_incidents import take_both, tell_link
from services.incidents.usecases.parts import change_part, expect, first_values, take, tell_part

LINK = "The link was"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveLink:
    link_id: UUID
    expected_version: int | None = None


async def remove_link(command: RemoveLink, work: UnitOfWork) -> LinkRow:
    """The link as it was, from where it was named. Raises NotFound, Denied or StalePart."""
    found = links_of(work.session, work.actor)
    owner = await found.owner(command.link_id)
    if owner is None:
        raise NotFound(LINK, field=("id",))
    row = await found.of(owner, command.link_id)
    if row is None:
        raise NotFound(LINK, field=("id",))
    taken = await _take(row, work)
    if await found.of(owner, command.link_id) is None:  # somebody else was first
        raise NotFound(LINK, field=("id",))
    expect(command.expected_version, row, work)

    now = datetime.now(UTC)
    for each in await pair(row, work.session):
        change_part(each, {"deleted_at": now})
        _tell(taken[each.incident_id], each, work)
    await work.session.flush()
    return row


def _tell(incident: IncidentRow, row: LinkRow, work: UnitOfWork) -> None:
    if row.url is None:
        tell_link(incident, row, Operation.REMOVED, work)
    else:
        gone = {
            name: (before, None) for name, (_, before) in first_values(row, "type_id", "url", "title", "note").items()
        }
        tell_part(incident, Part(PartType.LINK, row.id), Operation.REMOVED, gone, work, right=permissions.EDIT)


async def _take(row: LinkRow, work: UnitOfWork) -> dict[UUID, IncidentRow]:
    """What the link is between. Raises NotFound or Denied."""
    try:
        if row.other_id is None:
            taken = [await take(row.incident_id, work, right=permissions.EDIT)]
        else:
            taken = [*await take_both(row.incident_id, row.other_id, work)]
    except NotFound as error:
        raise NotFound(LINK, field=("id",)) from error
    except Denied as error:
        raise Denied(error.permission, field=("id",)) from error
    return {each.id: each for each in taken}
