"""Real servers for all tests, started when the first test asks for one and kept for the whole run."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from deploy.local.environment import SEALING_KEYS
from deploy.local.object_store import ObjectStore
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import DatabaseUrls, provision
from deploy.local.rabbitmq.server import RabbitServer
from deploy.local.signing_keys import ensure_sealing_keys, ensure_signing_keys

SERVICES = ("access", "directories", "files", "incidents", "notifications")


@pytest.fixture(scope="session")
def session_directory() -> Iterator[Path]:
    """Room for the servers, removed after the run."""
    directory = Path(tempfile.mkdtemp(prefix="registry-tests-"))
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
async def postgres_server(session_directory: Path) -> AsyncIterator[PostgresServer]:
    """A PostgreSQL server without databases of ours; it forgets on a power failure, which makes it fast."""
    server = PostgresServer(session_directory / "postgres", durable=False)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="session")
def session_secrets(session_directory: Path) -> Secrets:
    """The passwords of the databases."""
    return Secrets(session_directory / "secrets.json")


@pytest.fixture(scope="session")
async def service_databases(postgres_server: PostgresServer, session_secrets: Secrets) -> Mapping[str, DatabaseUrls]:
    """Each service's empty database: (application's URL, owner's URL) by service."""
    return await provision(postgres_server, SERVICES, session_secrets, prefix="test")


@pytest.fixture(scope="session")
def signing_keys(session_directory: Path) -> Path:
    """A key pair for the gateway and each service: `<name>.pem`, and all the public halves in the folder `public`."""
    keys = session_directory / "keys"
    ensure_signing_keys(keys, ("gateway", *SERVICES))
    ensure_sealing_keys(keys / SEALING_KEYS)
    return keys


@pytest.fixture(scope="session")
async def object_store(session_directory: Path) -> AsyncIterator[ObjectStore]:
    """An S3 server with the bucket `files`."""
    store = ObjectStore(session_directory / "objects", buckets=["files"])
    await store.start()
    yield store
    await store.stop()


@pytest.fixture(scope="session")
async def rabbitmq_server(session_directory: Path) -> AsyncIterator[RabbitServer]:
    """A RabbitMQ node without queues of ours."""
    server = RabbitServer(session_directory / "rabbitmq")
    await server.start()
    yield server
    await server.stop()
