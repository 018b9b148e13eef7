"""A search ranks the newest of what fits, whether a word stands everywhere, in few, or in old incidents only."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

import pytest

from chassis.identifiers import uuid7
from deploy.local.postgres import Connection, PostgresServer
from tests.support.casebook import Casebook

NUMBER: Final = 2_000
_FILL: Final = """
INSERT INTO incident_search
SELECT first_made_at(1767225600000 + n * 3600000::bigint), md5('acme')::uuid, false, '{}', 'en',
       to_tsvector('simple', 'everywhere' || CASE WHEN n <= 1000 THEN ' formerly' ELSE '' END
           || CASE WHEN n % 500 = 0 THEN ' seldom' ELSE '' END)
FROM generate_series(1, $1::int) AS n
"""
_OPEN: Final = "SELECT set_config('app.view_all', 'on', true), set_config('app.view_restricted_all', 'on', true)"
_FIND: Final = (
    "SELECT (made_at(incident_id) - 1767225600000) / 3600000 FROM search_incidents($1::text::tsquery, NULL, 5)"
)


@pytest.fixture
async def filled(casebook: Casebook, postgres_server: PostgresServer) -> AsyncIterator[Connection]:
    """A document for each hour; all is undone afterwards."""
    async with postgres_server.session("test_incidents") as session:
        transaction = session.transaction()
        await transaction.start()
        await session.execute(_FILL, NUMBER)
        await session.execute("ANALYZE incident_search")
        await session.execute(_OPEN)
        yield session
        await transaction.rollback()


@pytest.mark.parametrize(
    ("word", "newest"),
    [
        ("everywhere", [2000, 1999, 1998, 1997, 1996]),
        ("formerly", [1000, 999, 998, 997, 996]),  # nothing is found where the estimate has it looked for first
        ("seldom", [2000, 1500, 1000, 500]),
        ("never", []),
    ],
)
async def test_the_newest_are_found(filled: Connection, word: str, newest: list[int]) -> None:
    assert sorted((row[0] for row in await filled.fetch(_FIND, word)), reverse=True) == newest


async def test_of_frequent_words_only_new_documents_are_looked_at(filled: Connection) -> None:
    async def read() -> int:
        seen = "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'incident_search'"
        return int(await filled.fetchval(seen))

    await filled.fetch(_FIND, "everywhere")  # what is planned first reads statistics
    before = await read()
    await filled.fetch(_FIND, "everywhere")
    assert await read() - before < NUMBER / 10


async def test_ids_tell_their_moment_to_the_database_too(filled: Connection) -> None:
    made = uuid7()
    moment = made.int >> 80
    assert await filled.fetchval("SELECT made_at($1)", made) == moment
    assert UUID(str(await filled.fetchval("SELECT first_made_at($1)", moment))) == UUID(int=moment << 80)
