"""The whole registry in one process, on the test servers, with the sample in it."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import orjson
import pytest

from deploy.local.all_in_one import AllInOne
from deploy.local.environment import Surroundings
from deploy.local.first_start import ensure_sample
from deploy.local.object_store import ObjectStore
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from deploy.local.services import DEPLOYABLES, SERVICES
from deploy.local.signing_keys import ensure_signing_keys
from tests.support.matrix_world import World, build_world

Json: TypeAlias = dict[str, Any]


class Caller:
    """Someone who asks the graph with an API key."""

    def __init__(self, system: AllInOne, api_key: str, language: str = "en") -> None:
        self._system = system
        self._headers = {
            "authorization": f"Bearer {api_key}",
            "content-type": "application/json",
            "accept-language": language,
        }

    def speaking(self, language: str) -> "Caller":
        return Caller(self._system, self._headers["authorization"].removeprefix("Bearer "), language)

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


@pytest.fixture(scope="session")
async def system_directory(session_directory: Path) -> Path:
    directory = session_directory / "system"
    directory.mkdir()
    return directory


@pytest.fixture(scope="session")
async def surroundings(
    system_directory: Path, postgres_server: PostgresServer, session_secrets: Secrets, object_store: ObjectStore
) -> Surroundings:
    ensure_signing_keys(system_directory / "keys", DEPLOYABLES)
    names = [service.name for service in SERVICES]
    databases = await provision(postgres_server, names, session_secrets, prefix="system")
    return Surroundings(databases=databases, keys=system_directory / "keys", store=object_store, port=8000)


@pytest.fixture(scope="session")
async def system(surroundings: Surroundings) -> AsyncIterator[AllInOne]:
    async with AllInOne(surroundings) as running:
        yield running


@pytest.fixture(scope="session")
async def demo(system: AllInOne, system_directory: Path, surroundings: Surroundings) -> Mapping[str, str]:
    """API keys of the sample's people by the part of their mail address before the @."""
    users = (await ensure_sample(system, system_directory, surroundings.url)).users
    return {user["email"].partition("@")[0]: user["apiKey"] for user in users}


@pytest.fixture(scope="session")
def caller(system: AllInOne, demo: Mapping[str, str]) -> Callable[[str], Caller]:
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
