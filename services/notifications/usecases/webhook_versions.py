"""Webhooks are changed under the version that was seen."""

from chassis.database import UnitOfWork
from chassis.errors import Refusal, StaleVersion
from services.notifications.persistence.webhook_rows import WebhookRow


class StaleWebhook(StaleVersion):
    """`current` is how it is now, readable also after the transaction."""

    def __init__(self, expected: int, current: WebhookRow) -> None:
        super().__init__(expected, current.version)
        self.current = current


def expect(version: int | None, row: WebhookRow, work: UnitOfWork) -> None:
    """Raises StaleWebhook unless `version` is the present one, or none is expected."""
    if version is not None and version != row.version:
        work.session.expunge(row)  # a rollback empties what is still in the session
        raise StaleWebhook(version, row)


def current(refusal: Refusal) -> WebhookRow | None:
    """What a caller with a stale version needs to go on; None for every other refusal."""
    return refusal.current if isinstance(refusal, StaleWebhook) else None
