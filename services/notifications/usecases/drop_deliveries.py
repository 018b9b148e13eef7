"""Dropping what was sent to webhooks when the feed does not keep it any more either."""

import asyncio
from datetime import timedelta
from typing import Final

from chassis.database import Database
from services.notifications.persistence.sending import drop_before
from services.notifications.usecases.webhook_tools import SYSTEM, now

_SECONDS: Final = 3600.0


async def keep_dropping_deliveries(database: Database, days: int) -> None:
    """Until cancelled, once an hour."""
    while True:
        async with database.work(SYSTEM) as work:
            await drop_before(now() - timedelta(days=days), work.session)
        await asyncio.sleep(_SECONDS)
