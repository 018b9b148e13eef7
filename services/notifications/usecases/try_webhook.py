"""Sending a test event to a webhook now, whatever its state; it is in no feed, and nothing of it is kept."""

from datetime import datetime
from uuid import UUID

import orjson

from chassis.events import TYPE_PREFIX
from chassis.identifiers import to_json, uuid7
from services.notifications.adapters.webhook_sender import Answer
from services.notifications.domain.sealing import Unsealable
from services.notifications.domain.webhooks import TEST_TYPE
from services.notifications.persistence.webhook_rows import WebhookRow
from services.notifications.usecases.webhook_secrets import request_headers
from services.notifications.usecases.webhook_tools import WebhookTools


async def try_webhook(hook: WebhookRow, tools: WebhookTools) -> Answer:
    """Outside of any transaction: it may take seconds. Raises Conflict without keys."""
    event_id = uuid7()
    body = _test_event(event_id, hook, tools.clock())
    try:
        headers = request_headers(hook, str(event_id), body, tools)
    except Unsealable:
        return Answer(error="its secret cannot be opened any more: rotate it")
    return await tools.sender.send(hook.url, headers, body)


def _test_event(event_id: UUID, hook: WebhookRow, at: datetime) -> bytes:
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": "/notifications",
        "type": TYPE_PREFIX + TEST_TYPE,
        "subject": hook.id,
        "time": at,
        "datacontenttype": "application/json",
        "companyid": hook.company_id,
        "data": {"webhook_id": hook.id},
    }
    return orjson.dumps(event, default=to_json)
