"""Bringing sheets in: what would change is looked at first, and applied just so or not at all.

Looking is doing it all and taking it back, so both find the same. What an entry has already is left alone, entries that
are not in the sheets too: nothing is ever deleted by an import.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Conflict
from services.directories.domain import permissions
from services.directories.domain.entries import Kind
from services.directories.domain.sheet_rows import MOST_PROBLEMS, Problem, ReadSheets, cycles, odd_pairs, read_sheets
from services.directories.domain.sheets import Sheet, columns
from services.directories.persistence.entries import claim
from services.directories.persistence.locales import Locales
from services.directories.usecases.import_plan import Plan, Present
from services.directories.usecases.import_rows import Import, apply_rows
from services.directories.usecases.references import INVERSE, PARENT


class ImportRefused(Exception):
    """What is wrong with the sheets: all of it, or as much as anybody reads."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


async def import_entries(
    sheets: Sequence[Sheet], company: UUID | None, work: UnitOfWork, agreed: str | None = None
) -> Plan:
    """Applies the sheets to everybody's entries, or to those of `company`; whoever only looks rolls `work` back.

    Raises NeedsEveryCompany or Denied, ImportRefused, and Conflict unless the digest is the `agreed` one.
    """
    permissions.require_manager(work.actor, company)
    await claim(work.session)
    listed = await Locales(work.session).listed()
    read = read_sheets(sheets, listed)
    present = Present(company, work)
    await present.read({row.kind for row in read.rows})
    read.problems += _contradictions(read, present)
    if not read.problems:
        read.problems += await apply_rows(read.rows, Import(company, listed, present, work))
    if read.problems:
        raise ImportRefused(read.problems[:MOST_PROBLEMS])
    plan = await present.plan(len(read.rows))
    if agreed is not None and agreed != plan.digest:
        raise Conflict("Other changes than those that were agreed: look at them again.", field=("digest",))
    return plan


def _contradictions(read: ReadSheets, present: Present) -> Iterator[Problem]:
    """Entries above one another once all rows are applied, two initial statuses, opposites that are not in pairs."""
    rows = {(row.kind, row.code): row for row in read.rows}
    for kind, parents in present.parents(read.rows).items():
        for circle in cycles(parents):
            code = next(code for code in circle if (kind, code) in rows)
            message = f"These are above one another: {', '.join(circle)}."
            yield Problem(kind.value, message, rows[kind, code].number, PARENT)
    initial = [row for row in read.rows if row.fields.get("is_initial")]
    for row in initial[1:]:
        message = f"One status is the initial one, and {initial[0].code} is it in row {initial[0].number}."
        yield Problem(row.kind.value, message, row.number, columns(row.kind)["is_initial"])
    links = {row.code: row for row in read.rows if row.kind is Kind.LINK_TYPE}
    for code, opposite in odd_pairs({code: row.fields[INVERSE] for code, row in links.items()}):
        message = f"The opposite of {opposite} is another one: opposites name each other."
        yield Problem(Kind.LINK_TYPE.value, message, links[code].number, INVERSE)
