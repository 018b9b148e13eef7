"""The columns of incidents that hold directory entries: counting them, and replacing an entry that was merged."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow
from services.incidents.persistence.link_rows import LinkRow
from services.incidents.persistence.role_rows import RoleRow
from services.incidents.persistence.rows import DirectoryRef, IncidentRow
from services.incidents.persistence.timestamp_rows import TimestampRow

_COLUMNS: Final[dict[str, InstrumentedAttribute[Any]]] = {
    "classification": IncidentRow.classification_id,
    "incident_type": IncidentRow.type_id,
    "status": IncidentRow.status_id,
    "severity": IncidentRow.severity_id,
    "priority": IncidentRow.priority_id,
    "outcome": IncidentRow.outcome_id,
    "impact_level": IncidentRow.impact_level_id,
    "detection_source": IncidentRow.detection_source_id,
}
_COLUMNS_OF_PARTS: Final[dict[str, tuple[InstrumentedAttribute[Any], ...]]] = {
    "role": (RoleRow.role_id,),
    "link_type": (LinkRow.type_id,),
    "timestamp": (TimestampRow.definition_id,),
}


class UsageQuestion(BaseModel):
    """How many incidents of these companies, or of all, have each of these entries?"""

    entry_ids: list[UUID]
    company_ids: list[UUID] | None


async def count_usage(asked: UsageQuestion, database: Database) -> dict[str, int]:
    """By the ids of the entries that are used. Deleted incidents are not counted, and no restricted ones: that they
    are there is nobody's business but their members'.
    """
    actor = Actor.system("usage of entries", EVERY_COMPANY if asked.company_ids is None else asked.company_ids)
    async with database.read(actor) as session:
        return await _counted(asked.entry_ids, asked.company_ids, session)


async def _counted(ids: list[UUID], companies: Collection[UUID] | None, session: AsyncSession) -> dict[str, int]:
    shown: list[ColumnElement[bool]] = [IncidentRow.deleted_at.is_(None), IncidentRow.restricted.is_(False)]
    if companies is not None:
        shown.append(IncidentRow.company_id == func.any(list(companies)))
    counted = [
        select(column.label("entry"), func.count().label("number"))
        .where(column == func.any(ids), *shown)
        .group_by(column)
        for column in _COLUMNS.values()
    ]
    for of in (IncidentIndicatorRow.type_id, TimestampRow.definition_id):
        linked = select(of.label("entry"), func.count(IncidentRow.id.distinct()).label("number"))
        linked = linked.join(IncidentRow, IncidentRow.id == of.class_.incident_id)
        counted.append(linked.where(of == func.any(ids), *shown).group_by(of))
    found = await session.execute(union_all(*counted))
    return {str(row.entry): row.number for row in found}


async def replace_entry(kind: str, old: UUID, new: UUID, session: AsyncSession) -> None:
    """Gives `new` to the incidents that have `old`; those of a type get its class too. Other directories hold none."""
    if kind == "link_type":
        await _drop_doubled(old, new, session)
    for part_column in _COLUMNS_OF_PARTS.get(kind, ()):
        await session.execute(update(part_column.class_).where(part_column == old).values({part_column: new}))
    column = _COLUMNS.get(kind)
    if column is None:
        return
    values: dict[str, Any] = {column.key: new}
    if kind == "incident_type":
        values["classification_id"] = select(DirectoryRef.parent_id).where(DirectoryRef.id == new).scalar_subquery()
    await session.execute(update(IncidentRow).where(column == old).values(**values))


async def _drop_doubled(old: UUID, new: UUID, session: AsyncSession) -> None:
    """Where two incidents are linked by both types, the link by the one that is left stays, as both of them have it."""
    link, same = LinkRow, aliased(LinkRow)
    twice = (
        select(link.pair_id)
        .join(same, (same.incident_id == link.incident_id) & (same.other_id == link.other_id))
        .where(link.type_id == old, link.deleted_at.is_(None), same.type_id == new, same.deleted_at.is_(None))
    )
    gone = update(link).where(link.pair_id.in_(twice), link.deleted_at.is_(None))
    values = {"deleted_at": func.now(), "version": link.version + 1}
    await session.execute(gone.values(values), execution_options={"synchronize_session": False})
