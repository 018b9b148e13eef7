"""Applying the rows of sheets one by one, each after what it refers to."""

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid, Refusal
from services.directories.domain.entries import Kind, Text
from services.directories.domain.sheet_rows import MOST_PROBLEMS, Problem, SheetRow, depth
from services.directories.domain.sheets import columns
from services.directories.domain.texts import TextChange
from services.directories.persistence.rows import EntryRow
from services.directories.usecases.create_entry import CreateEntry, create_entry, new_entry
from services.directories.usecases.creation import NewEntry, create_all
from services.directories.usecases.edit_entry import EditEntry, change_entry
from services.directories.usecases.import_plan import Place, Present
from services.directories.usecases.references import INVERSE

_KINDS: Final = {kind: place for place, kind in enumerate(Kind)}


@dataclass(slots=True)
class Import:
    """What the rows are applied to: the entries of `company` or everybody's. `listed` are the locales of texts here,
    `coming` the entries that rows which were not applied yet will add.
    """

    company: UUID | None
    listed: Collection[str]
    present: Present
    work: UnitOfWork
    coming: set[Place] = field(default_factory=set)


async def apply_rows(rows: Sequence[SheetRow], into: Import) -> list[Problem]:
    """The rows that were refused, at most fifty of them.

    From top to bottom of the trees as they shall be, so that nothing is put below what is still below it; what is new
    in a level is created at once.
    """
    problems: list[Problem] = []
    into.coming = {(row.kind, row.code) for row in rows if (row.kind, row.code) not in into.present.rows}
    trees = into.present.parents(rows)

    def level(row: SheetRow) -> tuple[int, int]:
        return _KINDS[row.kind], depth(row.code, trees.get(row.kind, {}))

    # The initial status comes first: it takes the mark from the one that has it.
    ordered = sorted(rows, key=lambda row: (*level(row), not row.fields.get("is_initial"), row.number))
    for _, together in groupby(ordered, key=level):
        problems += await _apply_level([*together], into)
        if len(problems) >= MOST_PROBLEMS:
            break
    return problems[:MOST_PROBLEMS]


async def _apply_level(rows: Sequence[SheetRow], into: Import) -> list[Problem]:
    """Nothing of a level is looked up by what another row of it changes, but for opposites and the initial status."""
    together = rows[0].kind not in (Kind.LINK_TYPE, Kind.STATUS)
    problems: list[Problem] = []
    created: list[NewEntry] = []
    with into.work.session.no_autoflush if together else nullcontext():
        for row in rows:
            try:
                created += await _apply(row, into)
            except Refusal as refusal:
                column = _column(row.kind, refusal.field)
                problems.append(Problem(row.kind.value, refusal.message, row.number, column))
            into.coming.discard((row.kind, row.code))
    await create_all(created, into.work)
    return problems


async def _apply(row: SheetRow, into: Import) -> list[NewEntry]:
    """What is to be created with others of its level. Raises Refusal."""
    entry = into.present.rows.get((row.kind, row.code))
    if entry is None:
        return await _create(row, into)
    if entry.merged_into_id is not None:
        raise Invalid("The entry was merged into another one: leave it out.", field=("code",))
    if entry.category != row.fields.get("category"):
        raise Invalid("The category of a status never changes.", field=("category",))
    await _edit(row, entry, into)
    return []


async def _create(row: SheetRow, into: Import) -> list[NewEntry]:
    """Of two link types that come together as opposites the second one pairs both."""
    later = (Kind.LINK_TYPE, row.fields.get(INVERSE)) in into.coming
    fields = {name: value for name, value in row.fields.items() if not (later and name == INVERSE)}
    texts = [text for text in row.texts if text["name"] is not None]
    command = CreateEntry(kind=row.kind, code=row.code, company=into.company, fields=fields, texts=texts)
    if row.kind is not Kind.LINK_TYPE:
        return [await new_entry(command, into.listed, into.work)]
    await create_entry(command, into.work)
    return []


async def _edit(row: SheetRow, entry: EntryRow, into: Import) -> None:
    now = await into.present.values(entry)
    fields: dict[str, Any] = {name: value for name, value in row.fields.items() if now[name] != value}
    written = into.present.texts[entry.id]
    texts = [text for text in row.texts if not _is_written(text, written.get(text["locale"]))]
    if fields or texts:
        command = EditEntry(entry_id=entry.id, expected_version=entry.version, fields=fields, texts=texts)
        await change_entry(entry, written, command, into.listed, into.work)


def _is_written(change: TextChange, text: Text | None) -> bool:
    """Whether that is so already."""
    if text is None or change["name"] is None:
        return text is None and change["name"] is None
    return (change["name"], change.get("description", text.description)) == (text.name, text.description)


def _column(kind: Kind, field: tuple[str, ...]) -> str | None:
    return columns(kind).get(field[0]) if field else None
