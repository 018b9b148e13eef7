"""Setting up a webhook: from now on, what happens in its company is sent there."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from chassis.identifiers import uuid7
from services.notifications.domain.signatures import new_secret
from services.notifications.domain.webhooks import WebhookState, known_description, known_rate, known_types
from services.notifications.persistence.feed import head_of_feed
from services.notifications.persistence.webhook_rows import WebhookRow
from services.notifications.persistence.webhooks import MOST, Webhooks
from services.notifications.usecases.webhook_owner import check_sight
from services.notifications.usecases.webhook_tools import WebhookTools


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWebhook:
    company_id: UUID
    url: str
    description: str = ""
    types: Collection[str] | None = None
    ordered: bool = False
    per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class MadeSecret:
    """`secret` is told this once."""

    row: WebhookRow
    secret: str


async def create_webhook(command: CreateWebhook, work: UnitOfWork, tools: WebhookTools) -> MadeSecret:
    """Raises NotFound, Denied, Invalid or Conflict, and Fault when nobody knows what its owner may see."""
    webhooks = Webhooks(work.session, work.actor)
    webhooks.require(command.company_id, "company_id")
    row, secret = _new(command, work, tools), new_secret()
    row.secret = tools.seal.close(secret)
    await check_sight(work.actor, command.company_id, tools)
    if len(await webhooks.of_company(command.company_id)) >= MOST:
        raise Invalid(f"A company has at most {MOST} webhooks.", field=("company_id",))
    row.position = (await head_of_feed(work.session)).position
    webhooks.add(row)
    return MadeSecret(row, secret)


def _new(command: CreateWebhook, work: UnitOfWork, tools: WebhookTools) -> WebhookRow:
    tools.outward.read(command.url)
    now = tools.clock()
    return WebhookRow(
        id=uuid7(),
        company_id=command.company_id,
        owner_id=work.actor.id,
        url=command.url,
        description=known_description(command.description),
        types=known_types(command.types),
        ordered=command.ordered,
        per_minute=known_rate(command.per_minute),
        state=WebhookState.ENABLED.value,
        version=1,
        sequence=0,
        created_at=now,
        updated_at=now,
    )
