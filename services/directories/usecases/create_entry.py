"""Adding an entry to a directory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Conflict
from services.directories.domain import permissions, rules, texts
from services.directories.domain.entries import Kind
from services.directories.domain.texts import TextChange
from services.directories.persistence.entries import Entries, claim
from services.directories.usecases import versions
from services.directories.usecases.creation import create
from services.directories.usecases.owners import CLASSIFICATION, find_owner


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateEntry:
    """`fields` are by the names of domain/rules.py; the classification of a type is an id or a code."""

    kind: Kind
    code: str
    fields: dict[str, Any] = field(default_factory=dict)
    texts: Sequence[TextChange] = ()


async def create_entry(command: CreateEntry, work: UnitOfWork) -> UUID:
    """The new entry's id. Raises NeedsEveryCompany, Invalid, Conflict or NotFound."""
    permissions.require_manager(work.actor)
    values = rules.check(command.kind, {"code": command.code, **command.fields})
    rules.check_complete(command.kind, values)
    named = texts.merge({}, command.texts)
    await claim(work.session)

    entries = Entries(work.session)
    if await entries.find(command.kind, values["code"]) is not None:
        raise Conflict(f"The directory {command.kind.name} has an entry with this code already.", field=("code",))
    owner = values.pop(CLASSIFICATION, None)
    parent = None if owner is None else await find_owner(owner, entries)
    if values.get("is_initial"):
        await versions.take_initial_mark(None, work)
    return create(command.kind, values, parent, named, work).id
