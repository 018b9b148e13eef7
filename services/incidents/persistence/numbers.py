"""Drawing the numbers of incident references: without gaps within a company and year, never the same twice."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.incidents.persistence.rows import NumberRow

Drawn: TypeAlias = Iterator[int]


async def draw(wanted: Iterable[tuple[UUID, int]], session: AsyncSession) -> dict[tuple[UUID, int], Drawn]:
    """For each (company, year) the numbers to use, as many as it occurs; holds the company's row until the commit."""
    amounts = Counter(wanted)
    if not amounts:
        return {}
    ordered = sorted(amounts)  # one order for everybody, so that two transactions never wait for one another
    rows = [{"company_id": company, "year": year, "last": amounts[company, year]} for company, year in ordered]
    statement = insert(NumberRow).values(rows)
    statement = statement.on_conflict_do_update(
        index_elements=[NumberRow.company_id, NumberRow.year],
        set_={"last": NumberRow.last + statement.excluded.last},
    )
    drawn = await session.execute(statement.returning(NumberRow.company_id, NumberRow.year, NumberRow.last))
    return {
        (row.company_id, row.year): iter(range(row.last - amounts[row.company_id, row.year] + 1, row.last + 1))
        for row in drawn
    }
