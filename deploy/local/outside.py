"""Parts that somebody else runs: DATABASE_URL, AMQP_URL and S3_ENDPOINT each take the place of one of ours."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

import asyncpg

from chassis.broker.amqp.faults import within
from chassis.broker.amqp.limits import DEFAULT
from chassis.broker.amqp.link import Link
from chassis.broker.amqp.topology import declare_exchange
from chassis.errors import Fault
from chassis.settings import Address, BrokerAddress, Settings, check
from chassis.unconnected import why_not
from deploy.local.environment import FILES_BUCKET
from deploy.local.errors import CannotStart
from deploy.local.postgres import Connection
from deploy.local.services import SERVICES
from services.files.adapters.object_store import S3ObjectStore

_POSTGRES = 5432
_REGION = "us-east-1"


class _Broker(Settings):
    url: BrokerAddress


class _Endpoint(Settings):
    endpoint: Address


@dataclass(frozen=True, slots=True)
class OutsideServer:
    """A PostgreSQL server of others, with a user who may make databases and roles."""

    host: str
    port: int
    user: str
    password: str

    @classmethod
    def of(cls, url: str) -> "OutsideServer":
        """Raises CannotStart for what is no address."""
        parts = urlsplit(url)
        if not parts.scheme.startswith("postgres") or not parts.hostname or not parts.username or _port(parts) is None:
            raise CannotStart("DATABASE_URL is no address of PostgreSQL: postgresql://user:password@host:5432")
        return cls(parts.hostname, _port(parts) or _POSTGRES, unquote(parts.username), unquote(parts.password or ""))

    @asynccontextmanager
    async def session(self, database: str = "postgres") -> AsyncIterator[Connection]:
        """A connection, closed at the end of the block. Raises CannotStart."""
        try:
            connection: Connection = await asyncpg.connect(
                host=self.host, port=self.port, user=self.user, password=self.password, database=database, timeout=5
            )
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            where = f"{self.host}:{self.port}"
            raise CannotStart(f"DATABASE_URL: {where} does not let {self.user} in: {why_not(error)}") from error
        try:
            yield connection
        except asyncpg.InsufficientPrivilegeError as error:
            reason = f"{self.user} may not do what is needed ({error})"
            raise CannotStart(f"DATABASE_URL: {reason}: name a superuser, for the start only.") from error
        finally:
            await connection.close()


def _port(parts: SplitResult) -> int | None:
    """0 when none is given, None when it is no port."""
    try:
        return parts.port or 0
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class OutsideStore:
    """An S3 server of others; the bucket must be there."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str

    async def check(self) -> None:
        """Raises CannotStart when it does not answer, or refuses."""
        try:
            await S3ObjectStore(
                self.bucket,
                endpoint=self.endpoint,
                region=_REGION,
                access_key=self.access_key,
                secret_key=self.secret_key,
            ).check()
        except Fault as fault:
            raise CannotStart(f"S3_ENDPOINT: {fault}".replace("FILES_S3_", "S3_")) from fault


@dataclass(frozen=True, slots=True)
class Outside:
    """What is not ours to start; None is."""

    database: OutsideServer | None
    broker: str | None
    store: OutsideStore | None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Outside":
        """Raises CannotStart or SettingsError."""
        database = environment.get("DATABASE_URL")
        if environment.get("AMQP_URL"):
            check(_Broker, "AMQP", {"AMQP_URL": environment["AMQP_URL"]})
        return cls(
            OutsideServer.of(database) if database else None,
            environment.get("AMQP_URL") or None,
            _store(environment) if environment.get("S3_ENDPOINT") else None,
        )

    async def check(self) -> None:
        """Raises CannotStart for what does not let us in; processes would wait for it, each for itself."""
        if self.database is not None:
            async with self.database.session():
                pass
        if self.broker is not None:
            await _check_broker(self.broker)
        if self.store is not None:
            await self.store.check()


NOTHING = Outside(None, None, None)


async def _check_broker(url: str) -> None:
    link = Link(url, "start", DEFAULT)
    try:
        channel = await link.channel()
        async with within(DEFAULT.answer):
            await declare_exchange(channel, SERVICES[0].name)
    except Fault as fault:
        raise CannotStart(f"AMQP_URL: {fault}") from fault
    finally:
        await link.close()


def _store(environment: Mapping[str, str]) -> OutsideStore:
    missing = [name for name in ("S3_ACCESS_KEY", "S3_SECRET_KEY") if not environment.get(name)]
    if missing:
        raise CannotStart(f"S3_ENDPOINT is set and {' and '.join(missing)} not: set them too.")
    check(_Endpoint, "S3", {"S3_ENDPOINT": environment["S3_ENDPOINT"]})
    return OutsideStore(
        environment["S3_ENDPOINT"],
        environment["S3_ACCESS_KEY"],
        environment["S3_SECRET_KEY"],
        environment.get("S3_BUCKET") or FILES_BUCKET,
    )
