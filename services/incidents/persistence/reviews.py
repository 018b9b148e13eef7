"""Finding reviews, whether incidents need one, and whether they have it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.domain.parts import Part, PartType
from services.incidents.domain.reviews import USUAL, ReviewPolicy, ReviewStatus, is_needed
from services.incidents.persistence.deadlines import await_part
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.review_rows import ReviewPolicyRow, ReviewRow
from services.incidents.persistence.rows import DirectoryRef, IncidentRow


@dataclass(frozen=True, slots=True)
class Need:
    """Whether an incident needs a review, and whether an approved one is about it."""

    needed: bool
    approved: bool


async def of_incidents(ids: Collection[UUID], session: AsyncSession, actor: Actor) -> dict[UUID, ReviewRow]:
    """By incident, of those that the actor sees; one statement."""
    found = select(ReviewRow).where(ReviewRow.incident_id.in_(Incidents(session, actor).visible_ids(ids)))
    return {row.incident_id: row for row in await session.scalars(found)}


async def approved(ids: Collection[UUID], session: AsyncSession) -> set[UUID]:
    """Those incidents that an approved review is about: their own, or another's that covers them; one statement."""
    given = list(ids)
    is_approved = ReviewRow.status == ReviewStatus.APPROVED.value
    own = select(ReviewRow.incident_id).where(ReviewRow.incident_id == func.any(given), is_approved)
    companies = select(IncidentRow.company_id).where(IncidentRow.id == func.any(given))
    covering = select(func.unnest(ReviewRow.covers)).where(
        func.cardinality(ReviewRow.covers) > 0,
        ReviewRow.company_id == func.any(func.array(companies.scalar_subquery())),
        is_approved,
    )
    return set(await session.scalars(union(own, covering))) & set(given)


async def needs(incidents: Iterable[IncidentRow], session: AsyncSession) -> dict[UUID, Need]:
    """By incident; three statements, however many."""
    rows = list(incidents)
    ranks = await ranks_of({row.severity_id for row in rows if row.severity_id is not None}, session)
    policies = await policies_of({row.company_id for row in rows}, session)
    done = await approved([row.id for row in rows], session)
    return {
        row.id: Need(
            is_needed(
                StatusCategory(row.status_category),
                row.review_due_at,
                None if row.severity_id is None else ranks.get(row.severity_id),
                policies.get(row.company_id, USUAL),
            ),
            row.id in done,
        )
        for row in rows
    }


async def ranks_of(severities: Collection[UUID], session: AsyncSession) -> dict[UUID, int | None]:
    """One statement, or none where nothing is asked."""
    if not severities:
        return {}
    found = select(DirectoryRef.id, DirectoryRef.rank).where(DirectoryRef.id == func.any(list(severities)))
    return {row.id: row.rank for row in await session.execute(found)}


async def rank_of(severity: UUID | None, session: AsyncSession) -> int | None:
    return None if severity is None else (await ranks_of([severity], session)).get(severity)


async def policies_of(companies: Collection[UUID], session: AsyncSession) -> dict[UUID, ReviewPolicy]:
    """Of those that have one of their own; one statement."""
    found = select(ReviewPolicyRow).where(ReviewPolicyRow.company_id == func.any(list(companies)))
    return {row.company_id: policy_of(row) for row in await session.scalars(found)}


def policy_of(row: ReviewPolicyRow) -> ReviewPolicy:
    return ReviewPolicy(from_rank=row.from_rank, due_days=row.due_days, template=row.template)


async def await_reviews(ids: Collection[UUID], session: AsyncSession) -> None:
    """Awaits the reviews that these incidents need and nobody approved, and no others."""
    done = await approved(ids, session)
    wanted = select(IncidentRow).where(IncidentRow.id == func.any(list(ids)))
    for row in await session.scalars(wanted.order_by(IncidentRow.id)):  # one order for everybody
        due = None if row.id in done else row.review_due_at
        await await_part(row, Part(PartType.REVIEW, row.id), due, session)
