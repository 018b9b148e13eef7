from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from chassis.broker.in_process import InProcessBroker
from deploy.local.provision import DatabaseUrls
from deploy.local.signing_keys import new_sealing_key
from services.notifications.__main__ import SERVICE
from tests.support.incidents import Incidents
from tests.support.services import RunningService, running

_GIVEN: Final[dict[str, Any]] = {"sealing_keys": new_sealing_key(), "webhooks_allow": "127.0.0.1/32"}


@pytest.fixture(scope="session")
async def notifications_service(
    service_databases: Mapping[str, DatabaseUrls], signing_keys: Path
) -> AsyncIterator[RunningService]:
    async with running(SERVICE, service_databases["notifications"], signing_keys, **_GIVEN) as made:
        yield made


@pytest.fixture
def incidents() -> Incidents:
    return Incidents()


@pytest.fixture
async def service(notifications_service: RunningService, incidents: Incidents) -> RunningService:
    """With empty tables, and a new owner of incidents as its peer."""
    await notifications_service.empty()
    notifications_service.transport.applications["incidents"] = incidents.published
    return notifications_service


@pytest.fixture
async def broker(service: RunningService) -> InProcessBroker:
    """One that the service's consumer listens to."""
    made = InProcessBroker()
    await SERVICE.worker(service.runtime).subscribe(made)
    return made
