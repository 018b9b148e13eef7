"""What others run is taken instead of ours, and a slip is told with the way out."""

from typing import Any

import pytest
from yarl import URL

from deploy.local.errors import CannotStart
from deploy.local.object_store import ObjectStore
from deploy.local.outside import NOTHING, Outside, OutsideServer
from deploy.local.ports import HOST, pick
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from deploy.local.rabbitmq.server import RabbitServer

S3 = {"S3_ENDPOINT": "https://s3.example.org", "S3_ACCESS_KEY": "a", "S3_SECRET_KEY": "b"}


def test_nothing_named_is_nothing_outside() -> None:
    assert Outside.of({"AMQP_URL": "", "PATH": "/bin"}) == NOTHING


def test_all_of_it_may_be_outside() -> None:
    outside = Outside.of({"DATABASE_URL": "postgresql://me:p%40ss@db:6432/", "AMQP_URL": "amqp://b", **S3})

    assert outside.database == OutsideServer("db", 6432, "me", "p@ss")
    assert outside.broker == "amqp://b"
    assert outside.store is not None
    assert (outside.store.endpoint, outside.store.bucket) == ("https://s3.example.org", "files")


@pytest.mark.parametrize("url", ["mysql://me@db", "postgresql://db", "db", "postgresql://me:a/b@db"])
def test_what_is_no_address_of_postgresql_is_told(url: str) -> None:
    with pytest.raises(CannotStart, match="DATABASE_URL is no address"):
        Outside.of({"DATABASE_URL": url})


def test_a_store_without_its_keys_is_told() -> None:
    with pytest.raises(CannotStart, match="S3_ACCESS_KEY and S3_SECRET_KEY not"):
        Outside.of({"S3_ENDPOINT": "https://s3.example.org"})


async def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(CannotStart, match="does not let me in: the connection was refused: start it"):
        async with OutsideServer(HOST, pick(), "me", "secret").session():
            pass


async def test_databases_are_made_by_a_user_who_may_and_others_are_told_why_not(
    postgres_server: PostgresServer, session_secrets: Secrets
) -> None:
    async with postgres_server.session() as session:
        await session.execute("CREATE ROLE outsider LOGIN PASSWORD 'secret' NOCREATEDB NOCREATEROLE")
    outsider = OutsideServer(postgres_server.host, postgres_server.port, "outsider", "secret")

    with pytest.raises(CannotStart, match="outsider may not do what is needed"):
        await provision(outsider, ["elsewhere"], session_secrets, prefix="outside")

    async with postgres_server.session() as session:
        await session.execute("ALTER ROLE outsider SUPERUSER")
    urls = await provision(outsider, ["elsewhere"], session_secrets, prefix="outside")
    assert urls["elsewhere"].app.endswith(f"{postgres_server.port}/outside_elsewhere")


async def test_what_lets_us_in_is_let_pass(rabbitmq_server: RabbitServer, object_store: ObjectStore) -> None:
    await Outside.of({"AMQP_URL": rabbitmq_server.url, **of_store(object_store)}).check()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"S3_BUCKET": "nowhere"}, "the bucket nowhere is missing: make it, or correct S3_BUCKET$"),
        ({"S3_SECRET_KEY": "guessed"}, "is not for this key: correct S3_ACCESS_KEY and S3_SECRET_KEY, or give"),
        ({"S3_ENDPOINT": f"http://{HOST}:9"}, "^S3_ENDPOINT: object store: the bucket files does not answer"),
    ],
)
async def test_a_store_that_does_not_let_us_in_is_told(
    change: dict[str, str], told: str, object_store: ObjectStore
) -> None:
    with pytest.raises(CannotStart, match=told):
        await Outside.of(of_store(object_store) | change).check()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"password": "guessed"}, "^AMQP_URL: .*correct the user or the password in AMQP_URL$"),
        ({"path": "/nowhere"}, "does not open the virtual host of AMQP_URL: make it, and give the user rights$"),
        ({"port": 9}, "^AMQP_URL: broker: Connect"),
    ],
)
async def test_a_broker_that_does_not_let_us_in_is_told(
    change: dict[str, Any], told: str, rabbitmq_server: RabbitServer
) -> None:
    url = URL(rabbitmq_server.url)
    for part, value in change.items():
        url = getattr(url, f"with_{part}")(value)
    with pytest.raises(CannotStart, match=told):
        await Outside.of({"AMQP_URL": str(url)}).check()


def of_store(store: ObjectStore) -> dict[str, str]:
    return {"S3_ENDPOINT": store.endpoint, "S3_ACCESS_KEY": store.access_key, "S3_SECRET_KEY": store.secret_key}
