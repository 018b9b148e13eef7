from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY
from chassis.broker.in_process import InProcessBroker
from deploy.local.object_store import ObjectStore
from deploy.local.provision import DatabaseUrls
from services.files.__main__ import SERVICE
from services.files.app import FilesRuntime
from services.files.persistence.rows import FileRow
from tests.support.file_owners import Others
from tests.support.incidents import Incidents
from tests.support.services import RunningService, running, user
from tests.support.uploads import upload_and_pass

MakeFile = Callable[..., Awaitable[FileRow]]


@pytest.fixture(scope="session")
def store_settings(object_store: ObjectStore) -> dict[str, Any]:
    return {
        "s3_endpoint": object_store.endpoint,
        "s3_bucket": "files",
        "s3_access_key": object_store.access_key,
        "s3_secret_key": object_store.secret_key,
    }


@pytest.fixture(scope="session")
async def files_service(
    service_databases: Mapping[str, DatabaseUrls], signing_keys: Path, store_settings: dict[str, Any]
) -> AsyncIterator[RunningService]:
    async with running(SERVICE, service_databases["files"], signing_keys, **store_settings) as made:
        yield made


@pytest.fixture
def incidents() -> Incidents:
    return Incidents()


@pytest.fixture
def others() -> Others:
    return Others()


@pytest.fixture
async def service(files_service: RunningService, incidents: Incidents, others: Others) -> RunningService:
    """With empty tables, and new services as its peers that have the owners of files."""
    await files_service.empty()
    files_service.transport.applications.update(
        {
            "incidents": incidents.published,
            "access": others.access,
            "directories": others.directories,
        }
    )
    return files_service


@pytest.fixture
def runtime(service: RunningService) -> FilesRuntime:
    assert isinstance(service.runtime, FilesRuntime)
    return service.runtime


@pytest.fixture
async def broker(service: RunningService) -> InProcessBroker:
    """One that the service's consumer listens to."""
    made = InProcessBroker()
    await SERVICE.worker(service.runtime).subscribe(made)
    return made


@pytest.fixture
def make_file(runtime: FilesRuntime) -> MakeFile:
    """A file of an incident that this service knows, which may be had."""

    async def make(incident: UUID, **given: Any) -> FileRow:
        rights = ("incident.view", "incident.view_restricted", "incident.edit")
        return await upload_and_pass(runtime, user(dict.fromkeys(rights, EVERY_COMPANY)), incident, **given)

    return make
