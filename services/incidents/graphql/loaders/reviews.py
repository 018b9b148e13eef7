"""Which reviews have these incidents, do they need one, and what do these companies ask of reviews?"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.database import ReadSession
from chassis.graphql.loading import OpenRead, finding
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.review_policies import changes_of, rows_of
from services.incidents.persistence.review_rows import ReviewPolicyChangeRow, ReviewPolicyRow, ReviewRow
from services.incidents.persistence.reviews import Need, needs, of_incidents


class ReviewLoaders:
    def __init__(self, read: OpenRead, actor: Actor) -> None:
        async def needed(session: ReadSession, ids: Collection[UUID]) -> Mapping[UUID, Need]:
            return await needs((await Incidents(session, actor).by_ids(ids)).values(), session)

        self.own: DataLoader[UUID, ReviewRow | None] = finding(
            read, lambda session, ids: of_incidents(ids, session, actor)
        )
        self.needs: DataLoader[UUID, Need | None] = finding(read, needed)
        self.policies: DataLoader[UUID, ReviewPolicyRow | None] = finding(
            read, lambda session, ids: rows_of(ids, session, actor)
        )
        self.policy_changes: DataLoader[UUID, Sequence[ReviewPolicyChangeRow] | None] = finding(
            read, lambda session, ids: changes_of(ids, session, actor)
        )
