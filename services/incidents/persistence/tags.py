"""The tags in use, without looking at the incidents: a trigger keeps how many have each, for whom.

A look at the incidents themselves would be at all of a company, a million of them where it has so many. What is looked
at here is bounded, too, whatever people invent as tags: of each company the most used ones or, of those that begin
alike, the first by the alphabet. Of these the numbers are exact.
"""

from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, column, func, literal, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, Companies, Everywhere
from chassis.rowsecurity import among
from chassis.tables import table_of
from services.incidents.domain import permissions
from services.incidents.persistence.counting import OPEN_TO_ALL, RESTRICTED
from services.incidents.persistence.rows import CompanyRef
from services.incidents.persistence.tag_rows import TagRow

_MOST_LOOKED_AT: Final = 500  # of each company and audience
_LAST_SIGN: Final = "\U0010ffff"


class Tag(NamedTuple):
    tag: str
    number: int


async def tags_in_use(companies: Companies, prefix: str, first: int, actor: Actor, session: AsyncSession) -> list[Tag]:
    """Up to `first` of those that begin with `prefix`, the most used first, in the incidents that the actor sees."""
    wanted: Any = select(CompanyRef.id).subquery() if isinstance(companies, Everywhere) else table_of(companies)
    beginning = [TagRow.tag >= prefix, TagRow.tag < prefix + _LAST_SIGN] if prefix else []
    audiences = (
        func.unnest(literal([OPEN_TO_ALL, RESTRICTED, actor.id], ARRAY(Uuid())))
        .table_valued(column("id", Uuid()), name="audience")
        .render_derived()
    )
    looked_at = (
        select(TagRow.tag)
        .where(TagRow.company_id == wanted.c.id, TagRow.audience == audiences.c.id, *beginning)
        .order_by(TagRow.tag if prefix else TagRow.number.desc())
        .limit(_MOST_LOOKED_AT)
        .lateral()
    )
    found = select(looked_at.c.tag).select_from(wanted).join(audiences, true()).join(looked_at, true()).distinct()
    number = func.sum(TagRow.number)
    counted = (
        select(TagRow.tag, number.label("number"))
        .where(
            *(TagRow.tag.in_(found), TagRow.company_id.in_(select(wanted.c.id)), _seen(actor)),
            among(TagRow.company_id, actor.companies(permissions.VIEW)),
        )
        .group_by(TagRow.tag)
        .order_by(number.desc(), TagRow.tag)
        .limit(first)
    )
    return [Tag(row.tag, int(row.number)) for row in await session.execute(counted)]


def _seen(actor: Actor) -> ColumnElement[bool]:
    """Restricted incidents are counted once: all of a company for who sees all, else those he is a member of."""
    supervised = among(TagRow.company_id, actor.companies(permissions.VIEW_RESTRICTED))
    return or_(
        TagRow.audience == OPEN_TO_ALL,
        and_(TagRow.audience == RESTRICTED, supervised),
        and_(TagRow.audience == actor.id, not_(supervised)),
    )


def companies_of(asked: frozenset[UUID] | None, actor: Actor) -> Companies:
    """Those of the companies asked for whose incidents the actor sees."""
    seen = actor.companies(permissions.VIEW)
    if asked is None:
        return seen
    return asked if isinstance(seen, Everywhere) else asked & seen
