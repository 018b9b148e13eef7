"""Changing an entry: its texts, its looks, whether it may still be chosen; guarded by the version one has seen.

What it is, its directory, code and category, stays: incidents are stored by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.directories.domain import permissions, rules, texts
from services.directories.domain.entries import Kind, StatusCategory, Text
from services.directories.domain.texts import TextChange
from services.directories.persistence.entries import Entries, claim
from services.directories.persistence.rows import EntryRow
from services.directories.usecases import versions
from services.directories.usecases.owners import CLASSIFICATION, find_owner


@dataclass(frozen=True, slots=True, kw_only=True)
class EditEntry:
    """Only what is in `fields` and `texts` is touched."""

    entry_id: UUID
    expected_version: int
    fields: dict[str, Any] = field(default_factory=dict)
    texts: Sequence[TextChange] = ()


async def edit_entry(command: EditEntry, work: UnitOfWork) -> UUID:
    """The entry's id. Raises NeedsEveryCompany, NotFound, StaleEntry or Invalid. Without a change nothing is told."""
    permissions.require_manager(work.actor)
    await claim(work.session)
    entries = Entries(work.session)
    entry = await entries.get(command.entry_id)
    versions.expect(command.expected_version, entry)

    values = await _columns(command.fields, entry, entries)
    _check_initial(entry, values)
    before = await entries.texts(entry.id)
    after = texts.merge(before, command.texts)
    changed = {name: value for name, value in values.items() if getattr(entry, name) != value}
    if changed or before != after:
        await _write(entry, changed, before, after, work)
    return entry.id


async def _columns(fields: Mapping[str, Any], entry: EntryRow, entries: Entries) -> dict[str, Any]:
    values = rules.check(Kind(entry.kind), fields)
    owner = values.pop(CLASSIFICATION, None)
    parent = {} if owner is None else {"parent_id": await find_owner(owner, entries)}
    return versions.columns(values) | parent


def _check_initial(entry: EntryRow, values: Mapping[str, Any]) -> None:
    is_initial = values.get("is_initial", entry.is_initial)
    if entry.is_initial and not is_initial:
        raise Invalid("One status must be the initial one: mark another one instead.", field=("is_initial",))
    category = None if entry.category is None else StatusCategory(entry.category)
    rules.check_initial(is_initial=is_initial, active=values.get("active", entry.active), category=category)


async def _write(
    entry: EntryRow, changed: Mapping[str, Any], before: Mapping[str, Text], after: Mapping[str, Text], work: UnitOfWork
) -> None:
    if changed.get("is_initial"):
        await versions.take_initial_mark(entry.id, work)
    for name, value in changed.items():
        setattr(entry, name, value)
    entries = Entries(work.session)
    await entries.drop_texts(entry.id, before.keys() - after.keys())
    await entries.write_texts(
        entry.id, {tag: text for tag, text in after.items() if before.get(tag) != text}, work.actor.id
    )
    versions.advance(entry, work)
