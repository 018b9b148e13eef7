from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from deploy.local.provision import DatabaseUrls
from services.incidents.__main__ import SERVICE
from tests.support.casebook import Casebook
from tests.support.services import RunningService, running


@pytest.fixture(scope="session")
async def incidents_service(
    service_databases: Mapping[str, DatabaseUrls], signing_keys: Path
) -> AsyncIterator[RunningService]:
    async with running(SERVICE, service_databases["incidents"], signing_keys) as made:
        yield made


@pytest.fixture
async def casebook(incidents_service: RunningService) -> Casebook:
    """The service with empty tables and new peers."""
    return await Casebook.open(incidents_service)
