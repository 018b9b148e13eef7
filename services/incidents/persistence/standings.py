"""How incidents stand apart from their own fields: as much of it as is asked for, for many at once."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from services.incidents.domain.demanded import Standing
from services.incidents.domain.gates import Demand
from services.incidents.persistence.action_items import ActionItemNumbers, ActionItems
from services.incidents.persistence.reviews import Need, needs, ranks_of
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.tasks import TaskNumbers, Tasks


async def standings(
    incidents: Sequence[IncidentRow], asked: Collection[Demand], session: AsyncSession, actor: Actor
) -> dict[UUID, Standing]:
    """By incident. `asked` are demands about parts, and SEVERITY for its rank; a statement or three for each."""
    ids = [row.id for row in incidents]
    tasks = await Tasks(session, actor).numbers(ids) if Demand.TASKS in asked else {}
    items = await ActionItems(session, actor).numbers(ids) if Demand.ACTION_ITEMS in asked else {}
    reviews = await needs(incidents, session) if Demand.REVIEW in asked else {}
    severities = {row.severity_id for row in incidents if row.severity_id is not None}
    ranks = await ranks_of(severities, session) if Demand.SEVERITY in asked else {}
    return {
        row.id: _standing(
            None if row.severity_id is None else ranks.get(row.severity_id),
            tasks.get(row.id, TaskNumbers()),
            items.get(row.id, ActionItemNumbers()),
            reviews.get(row.id, Need(needed=False, approved=False)),
        )
        for row in incidents
    }


def _standing(rank: int | None, tasks: TaskNumbers, items: ActionItemNumbers, review: Need) -> Standing:
    return Standing(
        rank=rank,
        mandatory_tasks=tasks.mandatory,
        open_mandatory_tasks=tasks.blocking,
        review_needed=review.needed,
        review_approved=review.approved,
        action_items=items.total,
        incomplete_action_items=items.incomplete,
    )
