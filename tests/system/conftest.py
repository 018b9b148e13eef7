"""The whole registry on the test servers, with the sample in it: in one process, and for some tests as a stack too."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import orjson
import pytest

from deploy.local.all_in_one import AllInOne
from deploy.local.environment import SEALING_KEYS, Surroundings
from deploy.local.first_start import ensure_sample
from deploy.local.object_store import ObjectStore
from deploy.local.ports import pick
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from deploy.local.rabbitmq.configuration import USER
from deploy.local.rabbitmq.server import RabbitServer
from deploy.local.services import DEPLOYABLES, SERVICES
from deploy.local.signing_keys import ensure_sealing_keys, ensure_signing_keys
from deploy.local.stack.scale import read_scale
from deploy.local.stack.system import Stack
from deploy.local.supervisor import Supervisor
from tests.support.matrix_world import World, build_world

Json: TypeAlias = dict[str, Any]
ONE_PROCESS, STACK = "one-process", "stack"
_SCALE = read_scale("gateway=2 incidents=2 files-work=3 notifications-work=3")


class Caller:
    """Someone who asks the graph with an API key."""

    def __init__(self, system: AllInOne | Stack, api_key: str, language: str = "en") -> None:
        self._system = system
        self._headers = {
            "authorization": f"Bearer {api_key}",
            "content-type": "application/json",
            "accept-language": language,
        }

    def speaking(self, language: str) -> "Caller":
        return Caller(self._system, self._headers["authorization"].removeprefix("Bearer "), language)

    def with_key(self, api_key: str) -> "Caller":
        return Caller(self._system, api_key, self._headers["accept-language"])

    async def answer(self, query: str, **variables: Any) -> Json:
        body = orjson.dumps({"query": query, "variables": variables})
        response = await self._system.transport.post("http://gateway/graphql", body, self._headers, timeout=30)
        answer: Json = orjson.loads(response.body)
        return answer

    async def ask(self, query: str, **variables: Any) -> Json:
        """The data of an answer without errors."""
        answer = await self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: Json = answer["data"]
        return data


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module that sets `OVER_STACK` has its tests run over both kinds of system, and `ONLY_STACK` over that one.

    The others look inside a process.
    """
    if "system_kind" in metafunc.fixturenames:
        kinds = [ONE_PROCESS, STACK] if getattr(metafunc.module, "OVER_STACK", False) else [ONE_PROCESS]
        kinds = [STACK] if getattr(metafunc.module, "ONLY_STACK", False) else kinds
        metafunc.parametrize("system_kind", kinds, scope="session", indirect=True)


@pytest.fixture(scope="session")
def system_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
async def stacks_broker(rabbitmq_server: RabbitServer) -> str:
    """A virtual host of its own: workers of other tests would share the stack's events."""
    await rabbitmq_server.control("add_vhost", STACK)
    await rabbitmq_server.control("set_permissions", "-p", STACK, USER, ".*", ".*", ".*")
    return f"{rabbitmq_server.url}{STACK}"


@pytest.fixture(scope="session")
def broker(system_kind: str, request: pytest.FixtureRequest) -> str | None:
    """The AMQP URL of a stack's broker; RabbitMQ is not started for the others."""
    return request.getfixturevalue("stacks_broker") if system_kind == STACK else None


@pytest.fixture(scope="session")
async def system_directory(session_directory: Path, system_kind: str) -> Path:
    directory = session_directory / system_kind
    directory.mkdir()
    return directory


@pytest.fixture(scope="session")
async def surroundings(
    system_directory: Path,
    postgres_server: PostgresServer,
    session_secrets: Secrets,
    object_store: ObjectStore,
    broker: str | None,
) -> Surroundings:
    ensure_signing_keys(system_directory / "keys", DEPLOYABLES)
    ensure_sealing_keys(system_directory / "keys" / SEALING_KEYS)
    names = [service.name for service in SERVICES]
    prefix, port = ("system", 8000) if broker is None else ("stack", pick())
    databases = await provision(postgres_server, names, session_secrets, prefix=prefix)
    return Surroundings(
        databases=databases, keys=system_directory / "keys", store=object_store, port=port, broker=broker
    )


@pytest.fixture(scope="session")
async def system(surroundings: Surroundings, system_directory: Path) -> AsyncIterator[AllInOne | Stack]:
    if surroundings.broker is None:
        async with AllInOne(surroundings) as running:
            yield running
    else:
        processes = system_directory / "processes"
        async with Supervisor() as supervisor, Stack(surroundings, supervisor, processes, _SCALE) as stack:
            yield stack


@pytest.fixture(scope="session")
async def demo(system: AllInOne | Stack, system_directory: Path, surroundings: Surroundings) -> Mapping[str, str]:
    """API keys of the sample's people by the part of their mail address before the @."""
    users = (await ensure_sample(system, system_directory, surroundings.url)).users
    return {user["email"].partition("@")[0]: user["apiKey"] for user in users}


@pytest.fixture(scope="session")
def caller(system: AllInOne | Stack, demo: Mapping[str, str]) -> Callable[[str], Caller]:
    """Who is called `admin`, `officer`, `reader` or `nobody`."""
    return lambda name: Caller(system, demo[name])


@pytest.fixture(scope="session")
async def world(system: AllInOne, caller: Callable[[str], Caller]) -> World:
    """A foreign company whose every text is a canary, and callers with and without rights in it."""
    return await build_world(caller("admin").ask, system)


@pytest.fixture
def admin(caller: Callable[[str], Caller]) -> Caller:
    return caller("admin")


@pytest.fixture
def officer(caller: Callable[[str], Caller]) -> Caller:
    return caller("officer")


@pytest.fixture
def reader(caller: Callable[[str], Caller]) -> Caller:
    return caller("reader")


@pytest.fixture
def nobody(caller: Callable[[str], Caller]) -> Caller:
    return caller("nobody")
