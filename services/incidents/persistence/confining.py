"""Keeping the indicators of an incident from those who do not see it, and giving them back when it is opened.

What stands in an incident that becomes restricted or is deleted is its own from then on: where it stands in others too,
these keep it, and the hidden one has a copy. When it is opened or restored, the company's own takes the place of the
copy. So nobody gets back the words of an incident that is hidden by naming the same value somewhere else.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import uuid7
from services.incidents.domain.indicators.merging import filled
from services.incidents.domain.indicators.vocabulary import OF_THE_INDICATOR
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow
from services.incidents.persistence.linked_indicators import Identity
from services.incidents.persistence.rows import IncidentRow


async def follow(incident: IncidentRow, session: AsyncSession) -> None:
    """After the incident was restricted, opened, deleted or restored, in the same transaction.

    The caller has locked the company before anything of that was written: the counters that are kept with it have a
    lock of their own, and everybody takes that one second.
    """
    wanted = select(IncidentIndicatorRow, IndicatorRow).join(
        IndicatorRow, IndicatorRow.id == IncidentIndicatorRow.indicator_id
    )
    rows = (await session.execute(wanted.where(IncidentIndicatorRow.incident_id == incident.id))).all()
    hidden = incident.restricted or incident.deleted_at is not None
    move = _confine if hidden else _open
    await move(incident, rows, session)
    await session.flush()


async def _confine(
    incident: IncidentRow, rows: Sequence[Row[IncidentIndicatorRow, IndicatorRow]], session: AsyncSession
) -> None:
    link = IncidentIndicatorRow
    of = link.indicator_id == func.any([indicator.id for _, indicator in rows])
    elsewhere = set(await session.scalars(select(link.indicator_id).where(of, link.incident_id != incident.id)))
    for its, indicator in rows:
        if indicator.id in elsewhere:
            copy = _copy(indicator, incident.id)
            session.add(copy)
            its.indicator_id = copy.id
        else:
            indicator.incident_id = incident.id


async def _open(
    incident: IncidentRow, rows: Sequence[Row[IncidentIndicatorRow, IndicatorRow]], session: AsyncSession
) -> None:
    """What is left in no incident, the database forgets."""
    known = await open_indicators(incident.company_id, [indicator.digest for _, indicator in rows], session)
    for its, indicator in rows:
        same = known.get((indicator.type_id, indicator.digest))
        if same is None:
            indicator.incident_id = None
        else:
            _fill(same, indicator)
            its.indicator_id = same.id


async def open_indicators(
    company: UUID, digests: Sequence[UUID], session: AsyncSession, *, of: UUID | None = None
) -> dict[Identity, IndicatorRow]:
    """Those that the whole company knows, or those of the hidden incident `of`; nobody else changes them."""
    confined = IndicatorRow.incident_id.is_(None) if of is None else IndicatorRow.incident_id == of
    wanted = select(IndicatorRow).where(
        IndicatorRow.company_id == company, confined, IndicatorRow.digest == func.any(list(digests))
    )
    rows = await session.scalars(wanted.order_by(IndicatorRow.id).with_for_update())
    return {(row.type_id, row.digest): row for row in rows}


def _fill(same: IndicatorRow, hidden: IndicatorRow) -> None:
    """What was said of the hidden one is not lost: it tells what nobody has said of the company's own."""
    values = filled(*({name: getattr(row, name) for name in OF_THE_INDICATOR} for row in (same, hidden)))
    for name, value in values.items():
        setattr(same, name, value)
    same.version += 1 if values else 0


def _copy(indicator: IndicatorRow, incident: UUID) -> IndicatorRow:
    values = {attribute.key: getattr(indicator, attribute.key) for attribute in inspect(IndicatorRow).column_attrs}
    return IndicatorRow(**values | {"id": uuid7(), "incident_id": incident})
