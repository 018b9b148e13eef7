"""Real processes with a wrong setting: each ends with one line that names it and the way out, and shows no secret."""

import asyncio
import os
import re
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import URL as SqlUrl  # noqa: N811  # yarl has one too
from sqlalchemy import make_url
from yarl import URL

from deploy.local.environment import Surroundings
from deploy.local.object_store import ObjectStore
from deploy.local.ports import HOST, pick
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from deploy.local.rabbitmq.server import RabbitServer
from deploy.local.stack.deployables import Deployable
from services.files.__main__ import SERVICE

SECRET = "hunter2-hunter2"
Wrong: TypeAlias = Mapping[str, str]


@pytest.fixture(scope="session")
async def surroundings(
    session_directory: Path,
    postgres_server: PostgresServer,
    session_secrets: Secrets,
    signing_keys: Path,
    object_store: ObjectStore,
    rabbitmq_server: RabbitServer,
) -> Surroundings:
    """All that the files service and the gateway need; the database is migrated."""
    databases = await provision(postgres_server, ["files"], session_secrets, prefix="wrong")
    right = Surroundings(
        databases=databases, keys=signing_keys, store=object_store, port=pick(), broker=rabbitmq_server.url
    )
    await SERVICE.migrate(SERVICE.read_settings(right.of_service("files")))
    for name, rights in {"reader": ("", "", ".*"), "stranger": None}.items():
        await rabbitmq_server.control("add_user", name, SECRET)
        if rights is not None:
            await rabbitmq_server.control("set_permissions", "-p", "/", name, *rights)
    (session_directory / "text").write_text(SECRET)
    return right


@pytest.fixture
def wrong(kind: str, surroundings: Surroundings, session_directory: Path) -> Wrong:
    """The settings that make the mistake."""
    database = make_url(surroundings.databases["files"].app)
    broker = URL(surroundings.broker or "")

    def at(changed: SqlUrl) -> Wrong:
        return {"FILES_DATABASE_URL": changed.render_as_string(hide_password=False)}

    mistakes: Mapping[str, Wrong] = {
        "password": at(database.set(password=SECRET)),
        "no database": at(database.set(database="nowhere")),
        "driver": at(database.set(drivername="postgresql")),
        "bucket": {"FILES_S3_BUCKET": "nowhere"},
        "key of the store": {"FILES_S3_SECRET_KEY": SECRET},
        "no key": {"FILES_SIGNING_KEY_FILE": str(session_directory / "text")},
        "slip": {"FILES_DATABASE_CONECTIONS": SECRET},
        "no user of the broker": {"FILES_AMQP_URL": str(broker.with_password(SECRET))},
        "no virtual host": {"FILES_AMQP_URL": str(broker.with_user("stranger").with_password(SECRET))},
        "may only read": {"FILES_AMQP_URL": str(broker.with_user("reader").with_password(SECRET))},
        "gateway may only read": {"GATEWAY_AMQP_URL": str(broker.with_user("reader").with_password(SECRET))},
        "no supergraph": {"GATEWAY_SUPERGRAPH": str(session_directory / "text")},
    }
    return mistakes[kind]


async def complaint(words: list[str], environment: Mapping[str, str]) -> str:
    """The one line that a process says before it ends with 2."""
    process = await asyncio.create_subprocess_exec(*words, env=dict(environment), stdout=PIPE, stderr=PIPE)
    said, complained = (text.decode() for text in await process.communicate())
    assert process.returncode == 2, complained
    assert SECRET not in said + complained
    (line,) = complained.strip().splitlines()
    return line


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("files", "password", "FILES_DATABASE_URL: .*correct the user or the password"),
        ("files-work", "no database", "FILES_DATABASE_URL: .*no database of this name: make it"),
        ("files", "driver", r"FILES_DATABASE_URL: .*begins with postgresql\+asyncpg"),
        ("files", "bucket", "the bucket nowhere is missing: make it, or correct FILES_S3_BUCKET"),
        ("files", "key of the store", "correct FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY"),
        ("files", "no key", "FILES_SIGNING_KEY: this is no Ed25519 private key in PEM"),
        ("files", "slip", "FILES_DATABASE_CONECTIONS is no setting: is FILES_DATABASE_CONNECTIONS meant?"),
        ("files-work", "no user of the broker", "correct the user or the password in AMQP_URL"),
        ("files-work", "no virtual host", "virtual host of AMQP_URL: make it, and give the user rights"),
        ("files-work", "may only read", "give the user of AMQP_URL the rights that docs/broker.md names"),
        ("gateway", "gateway may only read", "give the user of AMQP_URL the rights that docs/broker.md names"),
        ("gateway", "no supergraph", "GATEWAY_SUPERGRAPH: the supergraph cannot be used"),
    ],
)
async def test_a_process_tells_its_mistake(name: str, wrong: Wrong, told: str, surroundings: Surroundings) -> None:
    deployable = Deployable(name)
    right = deployable.environment(surroundings, pick(), "{}")
    given = {variable: value for variable, value in right.items() if f"{variable}_FILE" not in wrong}

    assert re.search(told, await complaint(deployable.words, {**given, **wrong}))


async def test_a_port_that_is_taken_is_told(surroundings: Surroundings) -> None:
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        deployable = Deployable("files")
        line = await complaint(deployable.words, deployable.environment(surroundings, port, "{}"))

    assert line.startswith(f"files serve: cannot listen on port {port} of {HOST}: Address already in use")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"SCALE": "fils=2"}, "fils=2"),
        ({"REGISTRY_PORT": "http"}, "REGISTRY_PORT=http is no port"),
        ({"REGISTRY_PROT": "9000"}, "REGISTRY_PROT is no setting: is REGISTRY_PORT meant?"),
        ({"GATEWAY_LIMIT_ALIASE": "7"}, "is GATEWAY_LIMIT_ALIASES meant?"),
        ({"GATEWAY_LIMIT_ALIASES": SECRET}, "GATEWAY_LIMIT_ALIASES: Input should be a valid integer"),
        ({"DATABASE_URL": SECRET}, "DATABASE_URL is no address of PostgreSQL"),
        ({"AMQP_URL": f"amqp://me:{SECRET}@:1"}, "AMQP_URL: the address of a broker is like"),
        ({"AMQP_URL": f"amqp://me:{SECRET}@{HOST}:9/"}, "AMQP_URL: broker: Connection refused"),
        ({"S3_ENDPOINT": "s3"}, "S3_ACCESS_KEY and S3_SECRET_KEY not: set them too"),
    ],
)
async def test_the_stack_tells_a_mistake_before_it_starts_anything(
    given: Mapping[str, str], told: str, tmp_path: Path
) -> None:
    usual = {"PATH": os.environ["PATH"], "REGISTRY_DATA": str(tmp_path), "REGISTRY_PORT": str(pick())}

    assert told in await complaint([sys.executable, "-m", "deploy.local", "stack"], {**usual, **given})
    assert {file.name for file in tmp_path.iterdir()} <= {"lock", "stack.log"}
