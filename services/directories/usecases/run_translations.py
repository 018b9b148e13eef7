"""Working on jobs of translation for as long as the process lives."""

import asyncio
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Database
from chassis.errors import Fault
from services.directories.usecases.translate_batch import Translator

LOCK: Final = 7_246_010  # of PostgreSQL: one process at a time asks the machine
IDLE_SECONDS: Final = 2.0
_TRY: Final = select(func.pg_try_advisory_lock(LOCK))


async def run_translations(database: Database, translator: Translator, idle_seconds: float = IDLE_SECONDS) -> None:
    """Until cancelled. Raises Fault when the database goes away.

    The lock goes with the connection, so when this process is killed another one takes over at once.
    """
    try:
        async with database.engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            try:
                await _lead(connection, translator, idle_seconds)
            finally:
                await connection.invalidate()  # a pooled one would keep the lock
    except (SQLAlchemyError, OSError) as error:
        raise Fault("database", "was lost while translating") from error


async def _lead(connection: AsyncConnection, translator: Translator, idle_seconds: float) -> None:
    """Looks before each step whether the connection is still there: with it the lock would be gone."""
    leads = False
    while True:
        leads = bool(await connection.scalar(select(1) if leads else _TRY))
        if not leads or not await translator.step():
            await asyncio.sleep(idle_seconds)
