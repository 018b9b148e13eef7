"""Adding an entry to a directory, for everybody or for one company."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Conflict
from chassis.identifiers import uuid7
from services.directories.domain import permissions, rules, texts
from services.directories.domain.entries import Kind
from services.directories.domain.texts import TextChange
from services.directories.persistence.entries import Entries, claim
from services.directories.persistence.locales import Locales
from services.directories.usecases import versions
from services.directories.usecases.creation import NewEntry, check, create
from services.directories.usecases.references import CLASSIFICATION, INVERSE, PARENT, oppose, parent_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateEntry:
    """`fields` are by the names of domain/rules.py; what it refers to is an id or a code.

    `company` is the id of one that is there and within the actor's sight; None is everybody.
    """

    kind: Kind
    code: str
    company: UUID | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    texts: Sequence[TextChange] = ()


async def create_entry(command: CreateEntry, work: UnitOfWork) -> UUID:
    """The new entry's id. Raises NeedsEveryCompany, Denied, Invalid, Conflict or NotFound."""
    new = await new_entry(command, await Locales(work.session).listed(), work)
    entry = await create(new, work)
    if command.fields.get(INVERSE) is not None:
        await oppose(entry, command.fields[INVERSE], work)
    return entry.id


async def new_entry(command: CreateEntry, listed: Collection[str], work: UnitOfWork) -> NewEntry:
    """What may be created now, but for its opposite. Raises as `create_entry` does.

    `listed` are the locales that texts are written in.
    """
    permissions.require_manager(work.actor, command.company)
    values = rules.check(command.kind, {"code": command.code, **command.fields})
    rules.check_complete(command.kind, values)
    named = texts.merge({}, command.texts, listed)
    await claim(work.session)

    entries = Entries(work.session)
    if await entries.code_is_taken(command.kind, values["code"], command.company):
        raise Conflict(f"The directory {command.kind.name} has an entry with this code already.", field=("code",))
    parent = await parent_of(command.kind, values, command.company, entries)
    new = NewEntry(
        kind=command.kind,
        values={name: value for name, value in values.items() if name not in (CLASSIFICATION, PARENT, INVERSE)},
        texts=named,
        id=uuid7(),
        company=command.company,
        parent=parent.get("parent_id"),
    )
    check(new)
    if values.get("is_initial"):
        await versions.take_initial_mark(None, work)
    return new
