"""Starting what the services need around them: PostgreSQL, the object store, and for a stack the broker."""

from pathlib import Path

from deploy.local import console
from deploy.local.bucket import open_bucket
from deploy.local.environment import FILES_BUCKET, SEALING_KEYS, Store, Surroundings
from deploy.local.object_store import ObjectStore
from deploy.local.outside import NOTHING, Outside
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import Server, provision
from deploy.local.rabbitmq.server import RabbitServer
from deploy.local.services import DEPLOYABLES, SERVICES
from deploy.local.signing_keys import ensure_sealing_keys, ensure_signing_keys
from deploy.local.supervisor import Supervisor


async def surround(directory: Path, port: int, supervisor: Supervisor, mail: str | None = None) -> Surroundings:
    """Starts PostgreSQL and the object store in `directory`, with databases and keys for everyone."""
    database = PostgresServer(directory / "postgres")
    store = ObjectStore(directory / "objects", buckets=[FILES_BUCKET])
    with console.step("PostgreSQL and the object store"):
        await supervisor.start(database, store)
        surroundings = await _surroundings(directory, port, database, store, mail=mail)
        await open_bucket(surroundings)
    return surroundings


async def surround_stack(
    directory: Path, port: int, supervisor: Supervisor, outside: Outside = NOTHING, mail: str | None = None
) -> Surroundings:
    """The same, and RabbitMQ; without what `outside` has."""
    database = outside.database or PostgresServer(directory / "postgres")
    store = outside.store or ObjectStore(directory / "objects", buckets=[FILES_BUCKET])
    broker = outside.broker or RabbitServer(directory / "rabbitmq")
    ours = [part for part in (database, store, broker) if isinstance(part, PostgresServer | ObjectStore | RabbitServer)]
    with console.step(" and ".join(part.name for part in ours) or "Parts of others"):
        await supervisor.start(*ours)
    url = broker.url if isinstance(broker, RabbitServer) else broker
    surroundings = await _surroundings(directory, port, database, store, url, mail)
    if outside.store is None:
        await open_bucket(surroundings)
    return surroundings


async def _surroundings(
    directory: Path, port: int, database: Server, store: Store, broker: str | None = None, mail: str | None = None
) -> Surroundings:
    ensure_signing_keys(directory / "keys", DEPLOYABLES)
    ensure_sealing_keys(directory / "keys" / SEALING_KEYS)
    secrets = Secrets(directory / "secrets.json")
    urls = await provision(database, [service.name for service in SERVICES], secrets)
    return Surroundings(databases=urls, keys=directory / "keys", store=store, port=port, broker=broker, mail=mail)
