"""The types of indicators that were merged: what was of the one is of the other."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.incidents.domain.indicators import kinds
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow
from services.incidents.persistence.rows import DirectoryRef, IncidentRow

_Place: TypeAlias = tuple[UUID, UUID | None, UUID]  # the company, the hidden incident whose own it is, and the digest


class Replacement(NamedTuple):
    """Which indicators only get another type, with their form in it, and which are the same as others that are left."""

    code: str
    moved: Sequence[tuple[IndicatorRow, str]]
    twins: Sequence[tuple[IndicatorRow, IndicatorRow]]


async def replacement(old: UUID, new: UUID, session: AsyncSession) -> Replacement:
    """As things stand now; the twins that are left may be among those moved."""
    code = (await session.scalars(select(DirectoryRef.code).where(DirectoryRef.id == new))).one()
    wanted = select(IndicatorRow).where(IndicatorRow.type_id == old).order_by(IndicatorRow.id)
    rows = (await session.scalars(wanted.execution_options(populate_existing=True))).all()
    forms = {row.id: _form(code, row) for row in rows}
    left = await _there(new, rows, forms, session)
    moved: list[tuple[IndicatorRow, str]] = []
    twins: list[tuple[IndicatorRow, IndicatorRow]] = []
    for row in rows:
        same = left.setdefault((row.company_id, row.incident_id, kinds.digest(forms[row.id])), row)
        if same is row:
            moved.append((row, forms[row.id]))
        else:
            twins.append((row, same))
    return Replacement(code, moved, twins)


async def move(moved: Sequence[tuple[IndicatorRow, str]], type_id: UUID, code: str, session: AsyncSession) -> None:
    """Also as they stand in incidents."""
    for row, form in moved:
        row.type_id, row.type_code, row.form, row.digest = type_id, code, form, kinds.digest(form)
        row.version += 1
    await session.flush()
    link = IncidentIndicatorRow
    of = link.indicator_id == func.any([row.id for row, _ in moved])
    now = {"type_id": IndicatorRow.type_id, "digest": IndicatorRow.digest}
    statement = update(link).where(of, IndicatorRow.id == link.indicator_id).values(now)
    await session.execute(statement, execution_options={"synchronize_session": False})


async def links_of(indicators: Collection[UUID], session: AsyncSession) -> Sequence[IncidentIndicatorRow]:
    """Where they stand."""
    wanted = select(IncidentIndicatorRow).where(IncidentIndicatorRow.indicator_id == func.any(list(indicators)))
    rows = await session.scalars(wanted.order_by(IncidentIndicatorRow.id).execution_options(populate_existing=True))
    return rows.all()


async def take_incidents(ids: Collection[UUID], session: AsyncSession) -> dict[UUID, IncidentRow]:
    """Nobody else's until the commit; everybody takes them in the order of their ids."""
    wanted = select(IncidentRow).where(IncidentRow.id == func.any(list(ids))).order_by(IncidentRow.id)
    rows = await session.scalars(wanted.with_for_update().execution_options(populate_existing=True))
    return {row.id: row for row in rows}


def _form(code: str, row: IndicatorRow) -> str:
    """What is no value of the new type stays as it was written."""
    try:
        return kinds.normalized(code, row.value)
    except ValueError:
        return row.form


async def _there(
    type_id: UUID, rows: Sequence[IndicatorRow], forms: Mapping[UUID, str], session: AsyncSession
) -> dict[_Place, IndicatorRow]:
    """Those that have the new type already and one of these forms."""
    wanted = select(IndicatorRow).where(
        IndicatorRow.type_id == type_id,
        IndicatorRow.company_id == func.any(list({row.company_id for row in rows})),
        IndicatorRow.digest == func.any(list({kinds.digest(form) for form in forms.values()})),
    )
    found = await session.scalars(wanted.execution_options(populate_existing=True))
    return {(row.company_id, row.incident_id, row.digest): row for row in found}
