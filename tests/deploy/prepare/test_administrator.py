"""A new deployment gets one administrator, an old one none."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from chassis.errors import Invalid
from deploy.local.provision import DatabaseUrls
from deploy.prepare.administrator import prepare_administrator
from services.access.__main__ import SERVICE
from services.access.persistence.rows import UserRow
from tests.support.services import SYSTEM, RunningService, running


@pytest.fixture
async def access(service_databases: Mapping[str, DatabaseUrls], signing_keys: Path) -> AsyncIterator[RunningService]:
    """The service with nothing in it, also afterwards."""
    async with running(SERVICE, service_databases["access"], signing_keys) as service:
        await service.empty()
        yield service
        await service.empty()


@pytest.fixture
def environment(service_databases: Mapping[str, DatabaseUrls]) -> Mapping[str, str]:
    return {
        "ACCESS_DATABASE_URL": service_databases["access"].app,
        "ADMINISTRATOR_EMAIL": "ada@example.org",
        "ADMINISTRATOR_PASSWORD": "a long enough password",
    }


async def people(access: RunningService) -> list[str]:
    async with access.database.read(SYSTEM) as session:
        return sorted(await session.scalars(select(UserRow.email)))


async def test_the_first_time_makes_one_and_the_second_none(
    access: RunningService, environment: Mapping[str, str]
) -> None:
    assert await prepare_administrator(environment) == "made the administrator ada@example.org"
    again = await prepare_administrator({**environment, "ADMINISTRATOR_EMAIL": "eve@example.org"})

    assert again == "there are users already: none was made"
    assert await people(access) == ["ada@example.org"]


@pytest.mark.parametrize(("variable", "value"), [("EMAIL", "nobody"), ("PASSWORD", "short"), ("NAME", "")])
async def test_what_no_user_may_have_is_refused(
    access: RunningService, environment: Mapping[str, str], variable: str, value: str
) -> None:
    with pytest.raises(Invalid):
        await prepare_administrator({**environment, f"ADMINISTRATOR_{variable}": value})

    assert await people(access) == []
