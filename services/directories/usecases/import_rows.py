"""Applying the rows of sheets one by one, each after what it refers to."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Refusal
from services.directories.domain.entries import Kind, Text
from services.directories.domain.sheet_rows import MOST_PROBLEMS, Problem, SheetRow, depth
from services.directories.domain.sheets import columns
from services.directories.domain.texts import TextChange
from services.directories.persistence.rows import EntryRow
from services.directories.usecases.create_entry import CreateEntry, create_entry
from services.directories.usecases.edit_entry import EditEntry, edit_entry
from services.directories.usecases.import_plan import Place, Present
from services.directories.usecases.references import INVERSE

_KINDS: Final = {kind: place for place, kind in enumerate(Kind)}


async def apply_rows(
    rows: Sequence[SheetRow], present: Present, company: UUID | None, work: UnitOfWork
) -> list[Problem]:
    """The rows that were refused, at most fifty of them. What is above others must not be below them."""
    problems: list[Problem] = []
    coming = {(row.kind, row.code) for row in rows if (row.kind, row.code) not in present.rows}
    for row in sorted(rows, key=_order(present.parents(rows))):
        problem = await _apply(row, present, coming, company, work)
        coming.discard((row.kind, row.code))
        if problem is not None:
            problems.append(problem)
        if len(problems) == MOST_PROBLEMS:
            break
    return problems


def _order(parents: Mapping[Kind, Mapping[str, str | None]]) -> Callable[[SheetRow], tuple[int, ...]]:
    """From top to bottom of the trees as they shall be, so that nothing is put below what is still below it.

    The initial status comes first: it takes the mark from the one that has it.
    """
    return lambda row: (
        _KINDS[row.kind],
        depth(row.code, parents.get(row.kind, {})),
        int(not row.fields.get("is_initial")),
        row.number,
    )


async def _apply(
    row: SheetRow, present: Present, coming: Collection[Place], company: UUID | None, work: UnitOfWork
) -> Problem | None:
    entry = present.rows.get((row.kind, row.code))
    try:
        if entry is None:
            await _create(row, coming, company, work)
        elif entry.merged_into_id is not None:
            return Problem(row.kind.value, "The entry was merged into another one: leave it out.", row.number, "code")
        elif entry.category != row.fields.get("category"):
            return Problem(row.kind.value, "The category of a status never changes.", row.number, "category")
        else:
            await _edit(row, entry, present, work)
    except Refusal as refusal:
        return Problem(row.kind.value, refusal.message, row.number, _column(row.kind, refusal.field))
    return None


async def _create(row: SheetRow, coming: Collection[Place], company: UUID | None, work: UnitOfWork) -> None:
    """Of two link types that come together as opposites the second one pairs both."""
    later = (Kind.LINK_TYPE, row.fields.get(INVERSE)) in coming
    fields = {name: value for name, value in row.fields.items() if not (later and name == INVERSE)}
    texts = [text for text in row.texts if text["name"] is not None]
    await create_entry(CreateEntry(kind=row.kind, code=row.code, company=company, fields=fields, texts=texts), work)


async def _edit(row: SheetRow, entry: EntryRow, present: Present, work: UnitOfWork) -> None:
    now = await present.values(entry)
    fields: dict[str, Any] = {name: value for name, value in row.fields.items() if now[name] != value}
    written = present.texts[entry.id]
    texts = [text for text in row.texts if not _is_written(text, written.get(text["locale"]))]
    if fields or texts:
        command = EditEntry(entry_id=entry.id, expected_version=entry.version, fields=fields, texts=texts)
        await edit_entry(command, work)


def _is_written(change: TextChange, text: Text | None) -> bool:
    """Whether that is so already."""
    if text is None or change["name"] is None:
        return text is None and change["name"] is None
    return (change["name"], change.get("description", text.description)) == (text.name, text.description)


def _column(kind: Kind, field: tuple[str, ...]) -> str | None:
    return columns(kind).get(field[0]) if field else None
