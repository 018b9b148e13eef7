"""Holding a transaction of a test until others wait for it."""

import asyncio
from typing import Final

from deploy.local.postgres import PostgresServer

_WAITING: Final = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
"""


async def until_waiting(number: int, database: str, server: PostgresServer) -> None:
    """Until so many transactions of the database wait for another one. Raises TimeoutError."""
    async with asyncio.timeout(20), server.session(database) as session:
        while await session.fetchval(_WAITING) < number:
            await asyncio.sleep(0.01)
