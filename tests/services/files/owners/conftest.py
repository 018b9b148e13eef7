"""A file of each kind of owner, and the service with its walls, without those of the tables, and without conditions."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import true

from chassis.broker.in_process import InProcessBroker
from deploy.local.postgres import PostgresServer
from deploy.local.provision import DatabaseUrls
from services.files.__main__ import SERVICE
from services.files.app import FilesRuntime
from services.files.domain.owners import Owner, OwnerKind
from services.files.persistence.rows import FileRow
from tests.support.file_owners import Others
from tests.support.owned_files import CHIEF, EDITOR, EVERYBODY_S_EDITOR, MINE
from tests.support.services import RunningService
from tests.support.uploads import upload_and_pass
from tests.support.wall_less import without_walls


@pytest.fixture
async def wall_less(
    service_databases: Mapping[str, DatabaseUrls],
    postgres_server: PostgresServer,
    signing_keys: Path,
    store_settings: dict[str, Any],
    service: RunningService,
) -> AsyncIterator[RunningService]:
    urls = service_databases["files"]
    async with without_walls(SERVICE, urls, postgres_server, signing_keys, **store_settings) as made:
        peers = ("incidents", "access", "directories")
        made.transport.applications.update({name: service.transport.applications[name] for name in peers})
        yield made


@pytest.fixture(params=["both", "conditions alone", "walls alone"])
async def asked(
    request: pytest.FixtureRequest,
    service: RunningService,
    wall_less: RunningService,
    monkeypatch: pytest.MonkeyPatch,
) -> RunningService:
    if request.param == "walls alone":
        monkeypatch.setattr("services.files.persistence.files.sees", lambda *_: true())
        monkeypatch.setattr("services.files.persistence.files.sees_owner", lambda *_: true())
        monkeypatch.setattr("services.files.persistence.custody.sees_custody", lambda _: true())
    return wall_less if request.param == "conditions alone" else service


@pytest.fixture
def make(runtime: FilesRuntime, broker: InProcessBroker, others: Others) -> Callable[..., Awaitable[FileRow]]:
    """A file of a new owner: of the company, of a page of it, or of everybody's page."""

    async def make(whose: str, **given: Any) -> FileRow:
        if whose == "company":
            await broker.publish([others.company(MINE)])
            return await upload_and_pass(runtime, CHIEF, Owner(OwnerKind.COMPANY, MINE), **given)
        page, event = others.page(MINE if whose == "page" else None, shown=given.pop("shown", True))
        await broker.publish([event])
        actor = EDITOR if whose == "page" else EVERYBODY_S_EDITOR
        return await upload_and_pass(runtime, actor, Owner(OwnerKind.GUIDE_PAGE, page), **given)

    return make
