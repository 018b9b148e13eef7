"""What `make verify` finds in a feed that somebody tampered with."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Final

import pytest

from deploy.local.checks import Finding
from deploy.local.feed_check import check_feed
from deploy.local.postgres import PostgresServer
from deploy.local.services import SERVICES

_LATE: Final = "(SELECT max(position) - 2 FROM feed_event)"
_DISORDERED: Final = """
UPDATE feed_event SET source = 'incidents', subject = '01900000-0000-7000-8000-000000000000',
                      sequence = -position
WHERE position > (SELECT max(position) - 2 FROM feed_event)
"""
_GAP: Final = """
UPDATE feed_event SET number = number + 1000
WHERE position = (SELECT max(position) FROM feed_event WHERE stream = 'everyone')
"""
_ARRIVED: Final = """
INSERT INTO feed_arrival (event_id, source, type, subject, stream, sequence, time, data)
VALUES (gen_random_uuid(), 'access', 'team.changed.v1', gen_random_uuid(), 'units', 1, now(), '{}')
"""
DAMAGES: Final = {
    "1 missing": [f"DELETE FROM feed_event WHERE position = {_LATE}"],  # noqa: S608  # ours
    "1 doubled": [
        f"CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT * FROM feed_event WHERE position = {_LATE}",  # noqa: S608  # ours
        "UPDATE copied SET position = position + 1000",
        "INSERT INTO feed_event SELECT * FROM copied",
    ],
    "1 streams with a gap": [_GAP],
    "1 before an earlier one": [_DISORDERED],
    "1 without a place": [_ARRIVED],
}


async def checked(server: PostgresServer, *damage: str) -> Finding:
    """What is found with these statements run, which are undone afterwards."""
    async with AsyncExitStack() as stack:
        sessions = {
            service.name: await stack.enter_async_context(server.session(f"system_{service.name}"))
            for service in SERVICES
        }
        change = sessions["notifications"].transaction()
        await change.start()
        for statement in damage:
            await sessions["notifications"].execute(statement)
        try:
            return await check_feed(sessions, sessions["notifications"])
        finally:
            await change.rollback()


async def until_whole(server: PostgresServer) -> None:
    async with asyncio.timeout(20):
        while not (await checked(server)).ok:  # other tasks work; nothing here tells
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("found", DAMAGES)
async def test_a_damaged_feed_is_found(postgres_server: PostgresServer, demo: Mapping[str, str], found: str) -> None:
    assert demo, "the sample is in"
    await until_whole(postgres_server)
    finding = await checked(postgres_server, *DAMAGES[found])
    assert not finding.ok
    assert found in finding.counts
