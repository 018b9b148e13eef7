"""Which webhook has this id, what was sent to it, and what was answered?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import Loaders, OpenRead, PagesLoader, finding
from services.notifications.domain.webhooks import DeliveryState
from services.notifications.persistence.deliveries import Deliveries
from services.notifications.persistence.webhook_rows import WebhookAttemptRow, WebhookDeliveryRow, WebhookRow
from services.notifications.persistence.webhooks import Webhooks

WebhookById: TypeAlias = DataLoader[UUID, WebhookRow | None]
WebhookAttempts: TypeAlias = DataLoader[UUID, list[WebhookAttemptRow] | None]
WebhookDeliveries: TypeAlias = Loaders[DeliveryState | None, PagesLoader[WebhookDeliveryRow]]


def webhook_by_id(read: OpenRead, actor: Actor) -> WebhookById:
    return finding(read, lambda session, ids: Webhooks(session, actor).by_ids(ids))


def webhook_attempts(read: OpenRead, actor: Actor) -> WebhookAttempts:
    return finding(read, lambda session, ids: Deliveries(session, actor).attempts(ids))


def webhook_deliveries(read: OpenRead, actor: Actor) -> WebhookDeliveries:
    """One for each state that is asked for, None for all."""

    def of_state(state: DeliveryState | None) -> PagesLoader[WebhookDeliveryRow]:
        return PagesLoader(
            read,
            lambda session, ids, first, place: Deliveries(session, actor).page(ids, state, first, place),
            lambda session, ids: Deliveries(session, actor).counts(ids, state),
        )

    return Loaders(of_state)
