"""A database and two roles for each service, made when they are missing and put right when they are not.

<service>_owner   owns the database and runs the migrations
<service>_app     what the service works as: rows yes, structure no; row-level security holds for it
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from deploy.local.postgres import Connection
from deploy.local.private_files import Secrets

_LESSER = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"


class DatabaseUrls(NamedTuple):
    """Where one service finds its database, for SQLAlchemy with asyncpg."""

    app: str
    owner: str


class Role(NamedTuple):
    """Who connects, and with what."""

    name: str
    password: str


class Wanted(NamedTuple):
    """A database and the two who work with it. Names have lower case letters, digits and underscores only."""

    database: str
    owner: Role
    app: Role

    def urls(self, address: str) -> DatabaseUrls:
        """`address` is a host with its port."""
        place = f"{address}/{self.database}"
        return DatabaseUrls(
            *(f"postgresql+asyncpg://{role.name}:{role.password}@{place}" for role in (self.app, self.owner))
        )


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

    Passwords come from `secrets`, kept by role name.
    """
    provided = {service: wanted(service, secrets.get, prefix) for service in services}
    for each in provided.values():
        await provide(server, each)
    return {service: each.urls(f"{server.host}:{server.port}") for service, each in provided.items()}


def wanted(service: str, password: Callable[[str], str], prefix: str = "registry") -> Wanted:
    """The database of a service by the names that all of them have; `password` is asked with the name of a role."""
    owner, app = (Role(name, password(name)) for name in (f"{service}_owner", f"{service}_app"))
    return Wanted(f"{prefix}_{service}", owner, app)


async def provide(server: Server, missing: Wanted) -> None:
    """The database with its roles. What is there already is kept, with these passwords and rights."""
    database, owner, app = missing
    async with server.session() as session:
        for role in (owner, app):
            await _ensure_role(session, role)
        await _ensure_database(session, database, owner.name)
    async with server.session(database) as session:
        await session.execute(_RIGHTS.format(database=database, owner=owner.name, app=app.name))


async def _ensure_role(session: Connection, role: Role) -> None:
    known = await session.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role.name)
    password = role.password.replace("'", "''")
    await session.execute(f"{'ALTER' if known else 'CREATE'} ROLE {role.name} {_LESSER} PASSWORD '{password}'")


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
