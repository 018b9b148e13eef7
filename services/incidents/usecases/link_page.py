"""Linking an incident to a page somewhere else."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from chassis.identifiers import Key, uuid7
from services.incidents.domain import links, permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.link_rows import LinkRow
from services.incidents.persistence.links import count_all, of_incident
from services.incidents.usecases.link_incidents import link_type, require_room
from services.incidents.usecases.parts import first_values, new_part_values, take, tell_part


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    incident_id: UUID
    url: str
    title: str | None
    type: Key | None = None
    note: str | None = None


async def link_page(command: LinkPage, work: UnitOfWork) -> LinkRow:
    """Raises NotFound, Denied or Invalid. A page that is linked already is not linked again."""
    values = {**links.page(command.url, command.title), "note": links.note(command.note)}
    incident = await take(command.incident_id, work, right=permissions.EDIT)
    kind = None if command.type is None else await link_type(command.type, work)
    if any(row.url == values["url"] for row in await of_incident(incident.id, work.session, work.actor)):
        raise Invalid("This address is linked already.", field=("url",))
    require_room(await count_all(incident.id, work.session, work.actor), field=("incident_id",))
    row = LinkRow(**new_part_values(incident, uuid7(), work), **values, pair_id=uuid7(), type_id=kind and kind.id)
    work.session.add(row)
    said = first_values(row, "type_id", "url", "title", "note")
    tell_part(incident, Part(PartType.LINK, row.id), Operation.ADDED, said, work, right=permissions.EDIT)
    await work.session.flush()
    return row
