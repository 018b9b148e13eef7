"""Changing a webhook, switching it off and on, and taking it away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from chassis.database import UnitOfWork
from services.notifications.domain.webhooks import WebhookState, known_description, known_rate, known_types
from services.notifications.persistence.webhook_rows import WebhookRow
from services.notifications.persistence.webhooks import Webhooks
from services.notifications.usecases.webhook_owner import check_sight
from services.notifications.usecases.webhook_tools import WebhookTools
from services.notifications.usecases.webhook_versions import expect

_RULES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "description": known_description,
    "types": known_types,
    "per_minute": known_rate,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditWebhook:
    """`values` are new ones by column: url, description, types, ordered, per_minute. `enabled` switches it."""

    webhook_id: UUID
    expected_version: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    enabled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWebhook:
    webhook_id: UUID
    expected_version: int | None = None


async def edit_webhook(command: EditWebhook, work: UnitOfWork, tools: WebhookTools) -> WebhookRow:
    """Whoever gives it another address becomes its owner: what is sent there is what they may see.

    Raises NotFound, Invalid, StaleVersion, and Fault when nobody knows what its owner may see.
    """
    row = await Webhooks(work.session, work.actor).get(command.webhook_id, lock=True)
    expect(command.expected_version, row, work)
    values = {name: _RULES[name](value) if name in _RULES else value for name, value in command.values.items()}
    if values.get("url", row.url) != row.url:
        tools.outward.read(values["url"])
        await check_sight(work.actor, row.company_id, tools)
        values["owner_id"] = work.actor.id
    changed = values | _switched(row, command.enabled)
    if any(getattr(row, name) != value for name, value in changed.items()):
        _set(row, changed, tools)
    return row


async def delete_webhook(command: DeleteWebhook, work: UnitOfWork) -> WebhookRow:
    """What was not sent yet is not sent any more. Raises NotFound or StaleVersion."""
    webhooks = Webhooks(work.session, work.actor)
    row = await webhooks.get(command.webhook_id, lock=True)
    expect(command.expected_version, row, work)
    await webhooks.delete(row)
    return row


def _switched(row: WebhookRow, enabled: bool | None) -> dict[str, Any]:
    if enabled is None or enabled == (row.state == WebhookState.ENABLED):
        return {}
    if not enabled:
        return {"state": WebhookState.DISABLED_BY_PERSON.value}
    return {"state": WebhookState.ENABLED.value, "first_failed_at": None, "not_before": None}


def _set(row: WebhookRow, values: Mapping[str, Any], tools: WebhookTools) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = tools.clock()
