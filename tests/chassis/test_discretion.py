"""What people wrote does not get into the errors of the database, and so not into logs."""

import traceback
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.engine import new_engine
from chassis.identifiers import uuid7
from deploy.local.provision import DatabaseUrls
from tests.support.things import ThingRef

SECRET = "a stolen\nlaptop"


@pytest.fixture
async def engine(thing_urls: DatabaseUrls) -> AsyncIterator[AsyncEngine]:
    made = new_engine(thing_urls.app)
    yield made
    await made.dispose()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("INSERT INTO thing_ref (id, version, code) VALUES (:id, NULL, :secret)", "not-null constraint"),
        (
            "INSERT INTO thing_ref (id, version, code) SELECT :id, 1, :secret FROM generate_series(1, 2)",
            "duplicate",
        ),
        (
            "INSERT INTO thing_ref (id, version, code) VALUES (:id, CAST(CAST(:secret AS text) AS bigint), 'x')",
            "bigint",
        ),
        ("SELECT CAST(:secret AS bigint), CAST(:id AS uuid)", "query argument $1"),
        ("SELECT no_such_column, :secret, :id", "no_such_column"),
    ],
)
async def test_an_error_tells_what_is_wrong_without_the_values(engine: AsyncEngine, statement: str, told: str) -> None:
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError) as raised:
            await connection.execute(text(statement), {"id": uuid7(), "secret": SECRET})

    shown = "".join(traceback.format_exception(raised.value))
    assert told in shown
    assert "stolen" not in shown
    assert "laptop" not in shown


async def test_an_error_of_many_rows_tells_none_of_them(engine: AsyncEngine) -> None:
    rows: list[dict[str, object]] = [
        {"id": uuid7(), "version": 1, "code": SECRET},
        {"id": uuid7(), "version": None, "code": SECRET},
    ]

    async with engine.connect() as connection:
        with pytest.raises(DBAPIError) as raised:
            await connection.execute(insert(ThingRef), rows)

    assert "stolen" not in "".join(traceback.format_exception(raised.value))
