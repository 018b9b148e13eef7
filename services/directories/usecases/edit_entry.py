"""Changing an entry: its texts, its looks, whether it may still be chosen; guarded by the version one has seen.

What it is, its directory, code, category and company, stays: incidents are stored by it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.directories.domain import permissions, rules, texts
from services.directories.domain.entries import Kind, StatusCategory, Text
from services.directories.domain.texts import TextChange
from services.directories.persistence.entries import ENTRY, Entries, claim
from services.directories.persistence.locales import Locales
from services.directories.persistence.rows import EntryRow
from services.directories.usecases import versions
from services.directories.usecases.references import CLASSIFICATION, INVERSE, PARENT, oppose, parent_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EditEntry:
    """Only what is in `fields` and `texts` is touched."""

    entry_id: UUID
    expected_version: int
    fields: dict[str, Any] = field(default_factory=dict)
    texts: Sequence[TextChange] = ()


async def edit_entry(command: EditEntry, work: UnitOfWork) -> UUID:
    """The entry's id. Raises NeedsEveryCompany, Denied, NotFound, StaleEntry or Invalid.

    Without a change nothing is told.
    """
    entry = await claim_entry(command.entry_id, command.expected_version, work)
    before = await Entries(work.session).texts(entry.id)
    await change_entry(entry, before, command, await Locales(work.session).listed(), work)
    return entry.id


async def change_entry(
    entry: EntryRow, before: Mapping[str, Text], command: EditEntry, listed: Collection[str], work: UnitOfWork
) -> None:
    """Of an entry that was claimed, `before` being its texts. Raises Invalid or NotFound.

    `listed` are the locales that texts are written in.
    """
    entries = Entries(work.session)
    values = rules.check(Kind(entry.kind), command.fields)
    columns = _columns(values) | await parent_of(Kind(entry.kind), values, entry.company_id, entries, entry)
    _check(entry, columns)
    after = texts.merge(before, command.texts, listed)
    changed = {name: (old, new) for name, new in columns.items() if (old := getattr(entry, name)) != new}
    opposed = await oppose(entry, values[INVERSE], work) if INVERSE in values else {}
    if changed or opposed or before != after:
        await _write(entry, changed, before, after, work)
        changes = changed | opposed | texts.differences(before, after)
        await versions.advance(entry, _operation(changed), changes, work)


async def claim_entry(entry_id: UUID, expected_version: int, work: UnitOfWork) -> EntryRow:
    """The entry, which nobody else changes until the commit. Raises NotFound, NeedsEveryCompany, Denied, StaleEntry."""
    entries = Entries(work.session)
    permissions.require_manager(work.actor, (await entries.get(entry_id)).company_id, what=ENTRY, field="id")
    await claim(work.session)
    entry = await entries.get(entry_id)
    versions.expect(expected_version, entry)
    return entry


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    return versions.columns({n: v for n, v in values.items() if n not in (CLASSIFICATION, PARENT, INVERSE)})


def _check(entry: EntryRow, columns: Mapping[str, Any]) -> None:
    def after(name: str) -> Any:
        return columns.get(name, getattr(entry, name))

    is_initial = after("is_initial")
    if entry.is_initial and not is_initial:
        raise Invalid("One status must be the initial one: mark another one instead.", field=("is_initial",))
    category = None if entry.category is None else StatusCategory(entry.category)
    rules.check_initial(is_initial=is_initial, active=after("active"), category=category)
    limited = entry.company_id is not None or (after("valid_from"), after("valid_to")) != (None, None)
    rules.check_initial_everywhere(is_initial=is_initial, limited=limited)
    rules.check_validity(after("valid_from"), after("valid_to"))


def _operation(changed: Mapping[str, tuple[Any, Any]]) -> str:
    if "active" in changed:
        return "REACTIVATED" if changed["active"][1] else "DEACTIVATED"
    return "EDITED"


async def _write(
    entry: EntryRow,
    changed: Mapping[str, tuple[Any, Any]],
    before: Mapping[str, Text],
    after: Mapping[str, Text],
    work: UnitOfWork,
) -> None:
    if changed.get("is_initial", (None, False))[1]:
        await versions.take_initial_mark(entry.id, work)
    for name, (_, value) in changed.items():
        setattr(entry, name, value)
    entries = Entries(work.session)
    if gone := before.keys() - after.keys():
        await entries.drop_texts(entry.id, gone)
    written = {tag: text for tag, text in after.items() if before.get(tag) != text}
    await entries.write_texts(entry.id, written, work.actor.id)
