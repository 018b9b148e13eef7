"""What the chassis tests share: a database of a small service, emptied before each test, and key pairs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.auth import Keyring, Signer
from chassis.database import Database
from chassis.engine import new_engine
from chassis.migrations import migrate
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import DatabaseUrls, provision
from deploy.local.signing_keys import ensure_signing_keys
from tests.support.things import TABLES, VERSIONS, WALLS, Base

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]


@pytest.fixture(scope="session")
async def thing_urls(postgres_server: PostgresServer, session_secrets: Secrets) -> DatabaseUrls:
    """The migrated database of the service of things."""
    urls = (await provision(postgres_server, ["things"], session_secrets, prefix="test"))["things"]
    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)
    return urls


@pytest.fixture
async def database(thing_urls: DatabaseUrls) -> AsyncIterator[Database]:
    """The empty database, as the application role."""
    owner = create_async_engine(thing_urls.owner)
    async with owner.begin() as connection:
        await connection.execute(text(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY"))
    await owner.dispose()
    opened = Database(new_engine(thing_urls.app), WALLS)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def keys(session_directory: Path) -> Path:
    """Private keys `<name>.pem`, and the public ones in `public`."""
    folder = session_directory / "chassis-keys"
    ensure_signing_keys(folder, ["gateway", "access", "incidents", "files"])
    return folder


@pytest.fixture(scope="session")
def keyring(keys: Path) -> Keyring:
    return Keyring.read(keys / "public")


@pytest.fixture(scope="session")
def signer(keys: Path) -> Callable[[str], Signer]:
    """Signs as the named deployable."""
    return lambda name: Signer(name, (keys / f"{name}.pem").read_text())


@pytest.fixture
def until() -> Until:
    """Waits until the condition holds; the test's own time limit is the limit."""

    async def wait(condition: Callable[[], Awaitable[bool] | bool]) -> None:
        while True:
            holds = condition()
            if holds is True or (not isinstance(holds, bool) and await holds):
                return
            await asyncio.sleep(0.01)

    return wait
