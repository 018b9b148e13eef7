"""What an entry refers to: its parent in the tree or its class, and the opposite of a link type."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid, NotFound
from chassis.identifiers import Key
from services.directories.domain.entries import PARENTS, Kind
from services.directories.persistence.entries import Entries
from services.directories.persistence.rows import EntryRow
from services.directories.usecases import versions

CLASSIFICATION: Final = "classification"
PARENT: Final = "parent"
INVERSE: Final = "inverse"


async def parent_of(
    kind: Kind, values: Mapping[str, Any], company: UUID | None, entries: Entries, entry: EntryRow | None = None
) -> dict[str, UUID | None]:
    """The column to set, if a parent is given for an entry of `company`, which is `entry` where there is one already.

    Raises NotFound, or Invalid when the entry would be below itself; both name the field.
    """
    field = next((name for name in (CLASSIFICATION, PARENT) if name in values), None)
    if field is None:
        return {}
    if values[field] is None:
        return {"parent_id": None}
    found = await _find(PARENTS[kind], values[field], company, entries, field)
    if entry is not None and entry.id in {found.id, *(each.id for each in await entries.ancestors(found))}:
        raise Invalid(f"{found.code} is {entry.code} itself or below it: choose another parent.", field=(field,))
    return {"parent_id": found.id}


async def oppose(entry: EntryRow, key: Key | None, work: UnitOfWork) -> dict[str, tuple[Any, Any]]:
    """Makes the two link types each other's opposite, or `entry` its own one; what changed of `entry`.

    Whichever was the opposite of one of them until now is its own one from now on.
    """
    entries = Entries(work.session)
    other = entry if key is None else await _find(Kind.LINK_TYPE, key, entry.company_id, entries, INVERSE)
    if other.company_id != entry.company_id:
        raise NotFound("The link type was", field=(INVERSE,))
    if entry.inverse_id == other.id:
        return {}
    before = entry.inverse_id
    for left in (entry, other):
        for partner in await entries.referring_to(EntryRow.inverse_id, left.id):
            if partner.id not in (entry.id, other.id):
                await _point(partner, partner, work)
    if other is not entry:
        await _point(other, entry, work)
    entry.inverse_id = other.id
    return {"inverse_id": (before, other.id)}


async def _point(entry: EntryRow, other: EntryRow, work: UnitOfWork) -> None:
    change = {"inverse_id": (entry.inverse_id, other.id)}
    entry.inverse_id = other.id
    await versions.advance(entry, "EDITED", change, work)


async def _find(kind: Kind, key: Key, company: UUID | None, entries: Entries, field: str) -> EntryRow:
    found = await entries.find(kind, key, company)
    if found is None or found.merged_into_id is not None:
        raise NotFound(f"The {kind.value.replace('_', ' ')} was", field=(field,))
    return found
