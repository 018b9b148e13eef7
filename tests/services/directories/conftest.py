"""The service on its real database, with the default entries before each test."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from deploy.local.provision import DatabaseUrls
from services.directories.__main__ import SERVICE
from services.directories.persistence.locales import Locales
from services.directories.usecases.load_defaults import load_defaults
from tests.support.services import Published, RunningService, running, user

SYSTEM = Actor.system("test", EVERY_COMPANY)
ACME, NORTH, GONE = uuid7(), uuid7(), uuid7()
COMPANIES = Published(
    company=[
        {"id": str(id), "version": 1, "code": code, "active": code != "GONE"}
        for id, code in ((ACME, "ACME"), (NORTH, "NORTH"), (GONE, "GONE"))
    ]
)


@pytest.fixture(scope="session")
async def running_directories(
    service_databases: dict[str, DatabaseUrls], signing_keys: Path
) -> AsyncIterator[RunningService]:
    async with running(SERVICE, service_databases["directories"], signing_keys, {"access": COMPANIES}) as service:
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
    """The id of each entry by its code; of several directories' entries with one code that of the first directory."""
    rows = await directories.ask("snapshots/directory_entry", {}, caller="incidents")
    return {row["code"]: UUID(row["id"]) for row in reversed(rows)}


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


@pytest.fixture
def acme() -> UUID:
    """A company, with the code ACME; NORTH is another one, and GONE is not active any more."""
    return ACME


@pytest.fixture
def north() -> UUID:
    return NORTH


@pytest.fixture
def local_manager(acme: UUID) -> Actor:
    """Who manages the directories of ACME only."""
    return user({"directory.manage": [acme]})


@pytest.fixture
def outsider(north: UUID) -> Actor:
    """Who manages the directories of NORTH, and does all else there."""
    return user({"directory.manage": [north], "incident.view": [north], "incident.edit": [north]})


@pytest.fixture
async def untranslated(directories: RunningService) -> None:
    """Italian and Portuguese are used here, and nothing is written in them."""
    async with directories.database.work(SYSTEM) as work:
        await Locales(work.session).add_missing(["it", "it-CH", "pt"])


@pytest.fixture
def gone() -> UUID:
    return GONE
