"""The service on its real database, with the default entries before each test."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY, Actor
from deploy.local.provision import DatabaseUrls
from services.directories.__main__ import SERVICE
from services.directories.usecases.load_defaults import load_defaults
from tests.support.services import RunningService, running, user

SYSTEM = Actor.system("test", EVERY_COMPANY)


@pytest.fixture(scope="session")
async def running_directories(
    service_databases: dict[str, DatabaseUrls], signing_keys: Path
) -> AsyncIterator[RunningService]:
    async with running(SERVICE, service_databases["directories"], signing_keys) as service:
        yield service


@pytest.fixture
async def directories(running_directories: RunningService) -> RunningService:
    """With the default entries; the events of loading them are in its log."""
    await running_directories.empty()
    async with running_directories.database.work(SYSTEM) as work:
        await load_defaults(work)
    return running_directories


@pytest.fixture
async def ids(directories: RunningService) -> dict[str, UUID]:
    """The id of each entry by its code; codes of different directories do not meet in the default content."""
    rows = await directories.ask("snapshots/directory_entry", {}, caller="incidents")
    return {row["code"]: UUID(row["id"]) for row in rows}


@pytest.fixture
def manager() -> Actor:
    return user({"directory.manage": EVERY_COMPANY})


@pytest.fixture
def reader() -> Actor:
    """Signed in, without any permission."""
    return user()


@pytest.fixture
def speaking() -> Callable[..., Actor]:
    """A reader with these languages, best first."""
    return lambda *locales: user(locales=locales)
