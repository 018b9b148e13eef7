"""A database and two roles for each service, made when they are missing and put right when they are not.

<service>_owner   owns the database and runs the migrations
<service>_app     what the service works as: rows yes, structure no; row-level security holds for it
"""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from deploy.local.postgres import Connection
from deploy.local.private_files import Secrets

_LESSER = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"


class DatabaseUrls(NamedTuple):
    """Where one service finds its database, for SQLAlchemy with asyncpg."""

    app: str
    owner: str


class Server(Protocol):
    """A PostgreSQL server, and sessions of somebody who may make databases and roles there."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    def session(self, database: str = "postgres") -> AbstractAsyncContextManager[Connection]: ...


async def provision(
    server: Server, services: Iterable[str], secrets: Secrets, *, prefix: str = "registry"
) -> dict[str, DatabaseUrls]:
    """Databases `<prefix>_<service>` with their roles, on a server that runs. The same call again changes nothing.

    Names are ours, lower case letters and underscores; passwords come from `secrets`, kept by role name.
    """
    return {service: await _provide(server, service, secrets, f"{prefix}_{service}") for service in services}


async def _provide(server: Server, service: str, secrets: Secrets, database: str) -> DatabaseUrls:
    owner, app = f"{service}_owner", f"{service}_app"
    async with server.session() as session:
        for role in (owner, app):
            await _ensure_role(session, role, secrets.get(role))
        await _ensure_database(session, database, owner)
    async with server.session(database) as session:
        await session.execute(_RIGHTS.format(database=database, owner=owner, app=app))
    address = f"{server.host}:{server.port}/{database}"
    return DatabaseUrls(*(f"postgresql+asyncpg://{role}:{secrets.get(role)}@{address}" for role in (app, owner)))


async def _ensure_role(session: Connection, role: str, password: str) -> None:
    known = await session.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    await session.execute(f"{'ALTER' if known else 'CREATE'} ROLE {role} {_LESSER} PASSWORD '{password}'")


async def _ensure_database(session: Connection, database: str, owner: str) -> None:
    if not await session.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
        await session.execute(f"CREATE DATABASE {database} OWNER {owner}")


# Nothing for everybody, the structure for the owner, the rows of all its tables to come for the application.
_RIGHTS = """
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO {app};
ALTER SCHEMA public OWNER TO {owner};
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app};
"""
