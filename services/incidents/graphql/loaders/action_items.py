"""Which action items have these incidents, and how many?"""

from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader, finding
from services.incidents.persistence.action_item_rows import ActionItemRow
from services.incidents.persistence.action_items import ActionItemNumbers, ActionItems


class ActionItemLoaders:
    """`pages` are oldest first, behind the id of the one that was shown last."""

    def __init__(self, read: OpenRead, actor: Actor) -> None:
        self.pages: PagesLoader[ActionItemRow] = PagesLoader(
            read,
            lambda session, ids, first, after: ActionItems(session, actor).pages(ids, first, after),
            lambda session, ids: ActionItems(session, actor).counts(ids),
        )
        self.numbers: DataLoader[UUID, ActionItemNumbers | None] = finding(
            read, lambda session, ids: ActionItems(session, actor).numbers(ids)
        )
