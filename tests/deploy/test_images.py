"""The containers of deploy/compose.yaml, run as processes on what is in their images, are a registry that works.

Of the workers one is run: the others are the same images, and together they are tested as `make stack`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from deploy import healthcheck
from deploy.local.object_store import ObjectStore
from deploy.local.ports import HOST
from deploy.local.postgres import PostgresServer
from deploy.local.postgres_cluster import SUPERUSER
from deploy.local.rabbitmq.server import RabbitServer
from deploy.local.services import SERVICES
from tests.support.containers import Containers

pytestmark = pytest.mark.timeout(400)  # it begins with many processes that start
SERVED = [service.name for service in SERVICES]
STARTED = [*SERVED, "gateway", "incidents-work"]
VHOST = "deployed"


@pytest.fixture(scope="module")
async def postgres(session_directory: Path) -> AsyncIterator[PostgresServer]:
    """One of its own: roles are of a whole server."""
    server = PostgresServer(session_directory / "deployed-postgres", durable=False)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="module")
async def broker(rabbitmq_server: RabbitServer) -> AsyncIterator[str]:
    """The address of a virtual host of its own."""
    await rabbitmq_server.control("add_vhost", VHOST)
    await rabbitmq_server.control("set_permissions", "-p", VHOST, "registry", ".*", ".*", ".*")
    yield f"{rabbitmq_server.url}{VHOST}"
    await rabbitmq_server.control("delete_vhost", VHOST)


@pytest.fixture(scope="module")
def secrets(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, broker: str, object_store: ObjectStore
) -> Path:
    """A folder with what others run already has; the rest is made by its container."""
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "postgres_password").write_text(postgres._cluster.password())
    (folder / "amqp_url").write_text(broker)
    (folder / "s3_access_key").write_text(object_store.access_key)
    (folder / "s3_secret_key").write_text(object_store.secret_key)
    return folder


@pytest.fixture(scope="module")
async def containers(
    tmp_path_factory: pytest.TempPathFactory, secrets: Path, postgres: PostgresServer, object_store: ObjectStore
) -> AsyncIterator[Containers]:
    """In the order of the compose file; in the end each ends well when it is told to."""
    database = f"{HOST}:{postgres.port}"
    elsewhere = {
        "postgresql://postgres@postgres:5432": f"postgresql://{SUPERUSER}@{database}",
        "http://store:9000": object_store.endpoint,
    }
    containers = Containers(tmp_path_factory.mktemp("images"), secrets, elsewhere)
    containers.place(*STARTED)
    async with stopped_in_the_end(containers):
        before = containers.files()
        await containers.run("secrets", "--database", database)
        await asyncio.gather(containers.run("databases"), containers.run("bucket"))
        await asyncio.gather(*(containers.run(f"migrate-{name}") for name in SERVED))
        await containers.run("administrator")
        await asyncio.gather(*(containers.start(name) for name in STARTED))
        yield containers
        assert set((await containers.stop()).values()) == {0}
        assert containers.files() - before == set(), "a process has written into its image"


@asynccontextmanager
async def stopped_in_the_end(containers: Containers) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await containers.stop()


@pytest.fixture
async def administrator(containers: Containers, secrets: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """Signed in at the gateway with the password in the folder of secrets."""
    cookies = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=[containers.address("gateway")])
    async with aiohttp.ClientSession(containers.address("gateway"), cookie_jar=cookies) as session:
        password = (secrets / "administrator_password").read_text()
        given = {"email": "admin@example.org", "password": password}
        async with session.post("/auth/sign-in", json=given) as answer:
            assert answer.status == 200, await answer.text()
        yield session


async def ask(session: aiohttp.ClientSession, query: str, **variables: object) -> Any:
    async with session.post("/graphql", json={"query": query, "variables": variables}) as answer:
        told = await answer.json()
    assert "errors" not in told, told
    return told["data"]


async def test_every_process_is_healthy_by_its_containers_own_check(containers: Containers) -> None:
    checked = {name: await asyncio.to_thread(healthcheck.main, containers.ports[name]) for name in STARTED}

    assert checked == dict.fromkeys(STARTED, 0)


async def test_the_first_administrator_signs_in_and_registers_an_incident(administrator: aiohttp.ClientSession) -> None:
    made = await ask(administrator, COMPANY, input={"name": "North Rail", "code": "NORTH"})
    assert made["createCompany"]["errors"] == []
    answer = await ask(
        administrator, INCIDENT, input={"title": "Badge reader is offline", "company": {"code": "NORTH"}}
    )

    registered = answer["registerIncident"]
    assert registered["errors"] == []
    assert registered["incident"]["reference"].startswith("NORTH-")
    assert registered["incident"]["company"] == {"name": "North Rail"}


async def test_the_query_page_has_its_files(administrator: aiohttp.ClientSession) -> None:
    async with administrator.get("/graphql", headers={"accept": "text/html"}) as page:
        assert page.status == 200
    async with administrator.get("/assets/graphiql.js") as file:
        assert file.status == 200


COMPANY = (
    "mutation ($input: CreateCompanyInput!) { createCompany(input: $input) { company { id } errors { message } } }"
)
INCIDENT = """mutation ($input: RegisterIncidentInput!) {
  registerIncident(input: $input) { incident { reference company { name } } errors { message } }
}"""
