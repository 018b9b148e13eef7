"""Parts that somebody else runs: DATABASE_URL, AMQP_URL and S3_ENDPOINT each take the place of one of ours."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import asyncpg

from deploy.local.environment import FILES_BUCKET
from deploy.local.errors import CannotStart
from deploy.local.postgres import Connection

_POSTGRES = 5432


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
        if not parts.scheme.startswith("postgres") or not parts.hostname or not parts.username:
            raise CannotStart("DATABASE_URL is no address of PostgreSQL: postgresql://user:password@host:5432")
        return cls(parts.hostname, parts.port or _POSTGRES, unquote(parts.username), unquote(parts.password or ""))

    @asynccontextmanager
    async def session(self, database: str = "postgres") -> AsyncIterator[Connection]:
        """A connection, closed at the end of the block. Raises CannotStart."""
        try:
            connection: Connection = await asyncpg.connect(
                host=self.host, port=self.port, user=self.user, password=self.password, database=database, timeout=5
            )
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            where = f"{self.host}:{self.port}"
            raise CannotStart(f"DATABASE_URL: {where} lets {self.user} not in ({str(error) or 'no answer'})") from error
        try:
            yield connection
        except asyncpg.InsufficientPrivilegeError as error:
            reason = f"{self.user} may not do what is needed ({error})"
            raise CannotStart(f"DATABASE_URL: {reason}: name a superuser, for the start only.") from error
        finally:
            await connection.close()


@dataclass(frozen=True, slots=True)
class OutsideStore:
    """An S3 server of others; the bucket must be there."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str


@dataclass(frozen=True, slots=True)
class Outside:
    """What is not ours to start; None is."""

    database: OutsideServer | None
    broker: str | None
    store: OutsideStore | None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Outside":
        """Raises CannotStart."""
        database = environment.get("DATABASE_URL")
        return cls(
            OutsideServer.of(database) if database else None,
            environment.get("AMQP_URL") or None,
            _store(environment) if environment.get("S3_ENDPOINT") else None,
        )


NOTHING = Outside(None, None, None)


def _store(environment: Mapping[str, str]) -> OutsideStore:
    missing = [name for name in ("S3_ACCESS_KEY", "S3_SECRET_KEY") if not environment.get(name)]
    if missing:
        raise CannotStart(f"S3_ENDPOINT is set and {' and '.join(missing)} not: set them too.")
    return OutsideStore(
        environment["S3_ENDPOINT"],
        environment["S3_ACCESS_KEY"],
        environment["S3_SECRET_KEY"],
        environment.get("S3_BUCKET") or FILES_BUCKET,
    )
