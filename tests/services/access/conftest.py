"""The access service with an empty database, and short ways to put companies, users and groups into it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY, Actor
from deploy.local.provision import DatabaseUrls
from services.access.__main__ import SERVICE
from services.access.adapters.password_hashing import PasswordHashing
from services.access.domain.permissions import NAMES
from services.access.persistence.rows import CompanyRow, DepartmentRow, GroupRow, SiteRow, TeamRow, UserRow
from services.access.persistence.units import U
from services.access.usecases.create_company import CreateCompany, create_company
from services.access.usecases.create_department import CreateDepartment, create_department
from services.access.usecases.create_group import CreateGroup, create_group
from services.access.usecases.create_site import CreateSite, create_site
from services.access.usecases.create_team import CreateTeam, create_team
from services.access.usecases.create_user import CreateUser, create_user
from tests.support.services import SYSTEM, RunningService, running, user

MakeCompany = Callable[..., Awaitable[CompanyRow]]
MakeUser = Callable[..., Awaitable[UserRow]]
MakeGroup = Callable[..., Awaitable[GroupRow]]
MakeUnit: TypeAlias = Callable[..., Awaitable[U]]


@pytest.fixture(scope="session")
async def access_service(
    service_databases: Mapping[str, DatabaseUrls], signing_keys: Path
) -> AsyncIterator[RunningService]:
    async with running(SERVICE, service_databases["access"], signing_keys) as service:
        yield service


@pytest.fixture
async def access(access_service: RunningService) -> RunningService:
    """The service with nothing in it."""
    await access_service.empty()
    return access_service


@pytest.fixture(scope="session")
async def password_hash() -> str:
    """The hash of `a long enough password`, made once because that takes long on purpose."""
    return await PasswordHashing().hash("a long enough password")


@pytest.fixture
def administrator() -> Actor:
    """Holds every permission in every company; in the database only when a test puts it there."""
    return user(dict.fromkeys(NAMES, EVERY_COMPANY), name="Administrator")


@pytest.fixture
def make_company(access: RunningService) -> MakeCompany:
    numbers = count(1)

    async def make(name: str = "", code: str | None = None) -> CompanyRow:
        async with access.database.work(SYSTEM) as work:
            return await create_company(CreateCompany(name=name or f"Company {next(numbers)}", code=code), work)

    return make


@pytest.fixture
def make_user(access: RunningService) -> MakeUser:
    numbers = count(1)

    async def make(name: str = "Ada", email: str = "", password_hash: str | None = None) -> UserRow:
        command = CreateUser(name=name, email=email or f"user{next(numbers)}@example.org", password_hash=password_hash)
        async with access.database.work(SYSTEM) as work:
            return await create_user(command, work)

    return make


@pytest.fixture
def make_group(access: RunningService) -> MakeGroup:
    """In every company when none is named."""
    numbers = count(1)

    async def make(
        permissions: Iterable[str], companies: Iterable[CompanyRow] = (), members: Iterable[UserRow] = ()
    ) -> GroupRow:
        ids: list[UUID] = [company.id for company in companies]
        command = CreateGroup(
            name=f"Group {next(numbers)}",
            permissions=list(permissions),
            companies=ids,
            every_company=not ids,
            members=[member.id for member in members],
        )
        async with access.database.work(SYSTEM) as work:
            return await create_group(command, work)

    return make


@pytest.fixture
def make_department(access: RunningService) -> MakeUnit[DepartmentRow]:
    numbers = count(1)

    async def make(company: CompanyRow, name: str = "", **given: Any) -> DepartmentRow:
        command = CreateDepartment(company=company.id, name=name or f"Department {next(numbers)}", **given)
        async with access.database.work(SYSTEM) as work:
            return await create_department(command, work)

    return make


@pytest.fixture
def make_site(access: RunningService) -> MakeUnit[SiteRow]:
    numbers = count(1)

    async def make(company: CompanyRow, name: str = "", **given: Any) -> SiteRow:
        command = CreateSite(company=company.id, name=name or f"Site {next(numbers)}", **given)
        async with access.database.work(SYSTEM) as work:
            return await create_site(command, work)

    return make


@pytest.fixture
def make_team(access: RunningService) -> MakeUnit[TeamRow]:
    """Its members need a group in the company first."""
    numbers = count(1)

    async def make(company: CompanyRow, name: str = "", members: Iterable[UserRow] = ()) -> TeamRow:
        ids = [member.id for member in members]
        command = CreateTeam(company=company.id, name=name or f"Team {next(numbers)}", members=ids)
        async with access.database.work(SYSTEM) as work:
            return await create_team(command, work)

    return make
