"""Finding reviews, whether incidents need one, and whether they have it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, not_, select, text, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import Actor
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.domain.parts import PartType
from services.incidents.domain.reviews import USUAL, ReviewPolicy, ReviewStatus, is_needed
from services.incidents.persistence.deadlines import await_own
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.review_rows import ReviewPolicyRow, ReviewRow
from services.incidents.persistence.rows import DirectoryRef, IncidentRow

_LOCK: Final = text("select pg_advisory_xact_lock(hashtextextended(cast(:company as text), 7246112))")


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
    """Those incidents that an approved review is about: their own, or another's that covers them; one statement.

    The review of an incident that not the whole company sees covers no other: the answer is the same for everybody, and
    tells nobody of what is hidden. The caller has found the incidents of `ids`.
    """
    given = list(ids)
    is_approved = ReviewRow.status == ReviewStatus.APPROVED.value
    own = select(ReviewRow.incident_id).where(ReviewRow.incident_id == func.any(given), is_approved)
    companies = select(IncidentRow.company_id).where(IncidentRow.id == func.any(given))
    reviewed = aliased(IncidentRow)
    covering = (
        select(func.unnest(ReviewRow.covers))
        .join(reviewed, reviewed.id == ReviewRow.incident_id)
        .where(
            func.cardinality(ReviewRow.covers) > 0,
            ReviewRow.company_id == func.any(func.array(companies.scalar_subquery())),
            is_approved,
            reviewed.deleted_at.is_(None),
            not_(reviewed.restricted),
        )
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


async def await_reviews(company: UUID, ids: Collection[UUID], session: AsyncSession) -> None:
    """Awaits the reviews that these incidents of a company need and nobody approved, and no others.

    Which of them are approved may hang on incidents that the caller does not hold: one after another asks for it, so
    that each knows what the one before has approved or taken back. What the caller wrote is flushed.
    """
    await session.execute(_LOCK, {"company": str(company)})
    done = await approved(ids, session)
    wanted = select(IncidentRow.id, IncidentRow.review_due_at).where(IncidentRow.id == func.any(list(ids)))
    found = (await session.execute(wanted)).all()
    due = {row.id: row.review_due_at for row in found if row.review_due_at is not None and row.id not in done}
    await await_own(PartType.REVIEW, company, due, [row.id for row in found if row.id not in due], session)


async def await_covered(incident: IncidentRow, session: AsyncSession) -> None:
    """Likewise those that the incident's own review covers, after the incident was hidden or is seen by all again."""
    of = select(ReviewRow.covers).where(ReviewRow.incident_id == incident.id)
    if covered := await session.scalar(of):
        await await_reviews(incident.company_id, covered, session)
