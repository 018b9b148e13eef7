"""Finding links, always through the eyes of one actor: there is none to an incident that the actor does not see."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.link_rows import LinkRow
from services.incidents.persistence.parts import Parts

_HIERARCHY: Final = 7_246_031
_LOCK: Final = text("select pg_advisory_xact_lock(:number)")


def leads_on(session: AsyncSession, actor: Actor) -> ColumnElement[bool]:
    """Whether it leads to something that is there for the actor."""
    return or_(LinkRow.other_id.is_(None), Incidents(session, actor).sees(LinkRow.other_id))


def links_of(session: AsyncSession, actor: Actor) -> Parts[LinkRow]:
    return Parts(session, actor, LinkRow, LinkRow.deleted_at.is_(None), leads_on(session, actor))


async def of_incident(incident: UUID, session: AsyncSession, actor: Actor) -> Sequence[LinkRow]:
    """Those that are not removed and lead to what the actor sees, as they are now."""
    wanted = select(LinkRow).where(*_there(incident, session, actor))
    return (await session.scalars(wanted.execution_options(populate_existing=True))).all()


async def count_all(incident: UUID, session: AsyncSession, actor: Actor) -> int:
    """As many as `of_incident` finds: how many more there are is nobody's business who does not see them."""
    return await session.scalar(select(func.count()).select_from(LinkRow).where(*_there(incident, session, actor))) or 0


def _there(incident: UUID, session: AsyncSession, actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return LinkRow.incident_id == incident, LinkRow.deleted_at.is_(None), leads_on(session, actor)


async def pair(link: LinkRow, session: AsyncSession) -> Sequence[LinkRow]:
    """The link as both incidents have it."""
    wanted = select(LinkRow).where(LinkRow.pair_id == link.pair_id)
    return (await session.scalars(wanted.execution_options(populate_existing=True))).all()


async def hold_hierarchy(session: AsyncSession) -> None:
    """Until the commit nobody else makes an incident a part of another one."""
    await session.execute(_LOCK, {"number": _HIERARCHY})


async def leads_to(start: UUID, goal: UUID, type_id: UUID, session: AsyncSession) -> bool:
    """Whether links of a type lead from one incident to another, over those that the transaction sees."""
    step = select(LinkRow.other_id).where(
        LinkRow.incident_id == start, LinkRow.type_id == type_id, LinkRow.deleted_at.is_(None)
    )
    reached = step.cte("reached", recursive=True)
    reached = reached.union(
        select(LinkRow.other_id)
        .join(reached, LinkRow.incident_id == reached.c.other_id)
        .where(LinkRow.type_id == type_id, LinkRow.deleted_at.is_(None))
    )
    return bool(await session.scalar(select(select(reached).where(reached.c.other_id == goal).exists())))
