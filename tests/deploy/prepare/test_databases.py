"""Databases are made as the services' own addresses name them."""

from collections.abc import AsyncIterator, Mapping

import asyncpg
import pytest

from chassis.settings import SettingsError
from deploy.local.errors import CannotStart
from deploy.local.postgres import PostgresServer
from deploy.local.postgres_cluster import SUPERUSER
from deploy.local.services import SERVICES
from deploy.prepare.databases import prepare_databases

NAMES = [service.name for service in SERVICES]


@pytest.fixture
def environment(postgres_server: PostgresServer) -> dict[str, str]:
    """Addresses of databases that nobody else in the tests has."""
    place = f"{postgres_server.host}:{postgres_server.port}"
    addresses = {}
    for name in NAMES:
        addresses[f"{name.upper()}_DATABASE_URL"] = (
            f"postgresql+asyncpg://trial_{name}:it's%20{name}@{place}/trial_{name}"
        )
        addresses[f"{name.upper()}_DATABASE_OWNER_URL"] = (
            f"postgresql+asyncpg://trial_{name}_owner:o@{place}/trial_{name}"
        )
    superuser = {
        "DATABASE_URL": f"postgresql://{SUPERUSER}@{place}",
        "DATABASE_PASSWORD": postgres_server._cluster.password(),
    }
    return {**superuser, **addresses}


@pytest.fixture(autouse=True)
async def clean(postgres_server: PostgresServer) -> AsyncIterator[None]:
    yield
    async with postgres_server.session() as session:
        for name in NAMES:
            await session.execute(f"DROP DATABASE IF EXISTS trial_{name}")
            await session.execute(f"DROP ROLE IF EXISTS trial_{name}, trial_{name}_owner")


async def who(url: str) -> str:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return str(await connection.fetchval("SELECT current_user || ' in ' || current_database()"))
    finally:
        await connection.close()


async def test_everybody_gets_in_where_their_address_says(environment: Mapping[str, str]) -> None:
    assert await prepare_databases(environment) == f"databases: {', '.join(f'trial_{name}' for name in NAMES)}"

    for name in NAMES:
        assert await who(environment[f"{name.upper()}_DATABASE_URL"]) == f"trial_{name} in trial_{name}"
        assert await who(environment[f"{name.upper()}_DATABASE_OWNER_URL"]) == f"trial_{name}_owner in trial_{name}"


async def test_a_changed_password_holds_after_the_next_time(environment: dict[str, str]) -> None:
    await prepare_databases(environment)
    before = environment["FILES_DATABASE_URL"]
    environment["FILES_DATABASE_URL"] = before.replace("it's%20files", "another")

    await prepare_databases(environment)

    assert await who(environment["FILES_DATABASE_URL"]) == "trial_files in trial_files"
    with pytest.raises(asyncpg.InvalidPasswordError):
        await who(before)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("FILES_DATABASE_URL", "postgresql://a:b@db/other", "one database, and two users"),
        ("FILES_DATABASE_URL", "postgresql://a:b@db/x; drop", "are named with a-z"),
        ("FILES_DATABASE_URL", "postgresql://a@db/x", "with a password"),
        ("FILES_DATABASE_URL", "nothing", "are of the form"),
        ("DATABASE_PASSWORD", "", "does not let registry in: .*correct the user or the password"),
    ],
)
async def test_what_cannot_be_is_told_and_nothing_is_made(
    environment: dict[str, str], postgres_server: PostgresServer, variable: str, value: str, told: str
) -> None:
    environment[variable] = value

    with pytest.raises((SettingsError, CannotStart), match=told):
        await prepare_databases(environment)

    async with postgres_server.session() as session:
        assert await session.fetchval("SELECT count(*) FROM pg_database WHERE datname LIKE 'trial%'") == 0
