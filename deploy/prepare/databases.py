"""The databases and roles that the services' settings name, on a PostgreSQL server of whoever runs it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from chassis.settings import Settings, SettingsError, load
from deploy.local.outside import OutsideServer
from deploy.local.provision import Role, Wanted, provide
from deploy.local.services import SERVICES

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class _Superuser(Settings):
    """DATABASE_URL and DATABASE_PASSWORD: somebody who may make databases and roles."""

    url: str
    password: str | None = None


class _Addresses(Settings):
    """Of one service, with the names of its own settings."""

    database_url: str
    database_owner_url: str


async def prepare_databases(environment: Mapping[str, str]) -> str:
    """Make each service's database and roles, with the passwords in its addresses."""
    given = load(_Superuser, "DATABASE", environment)
    server = OutsideServer.of(given.url)
    if given.password is not None:
        server = replace(server, password=given.password)
    missing = [_wanted(service.name.upper(), environment) for service in SERVICES]
    for each in missing:
        await provide(server, each)
    return f"databases: {', '.join(each.database for each in missing)}"


def _wanted(prefix: str, environment: Mapping[str, str]) -> Wanted:
    """Raises SettingsError for addresses that do not fit together."""
    addresses = load(_Addresses, prefix, environment)
    app, owner = (_url(prefix, url) for url in (addresses.database_url, addresses.database_owner_url))
    if app.database != owner.database or app.username == owner.username:
        raise SettingsError(f"{prefix}_DATABASE_URL and {prefix}_DATABASE_OWNER_URL: one database, and two users")
    return Wanted(str(app.database), _role(owner), _role(app))


def _url(prefix: str, text: str) -> URL:
    """Only plain names, because statements that make things take no parameters."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise SettingsError(
            f"the addresses {prefix}_DATABASE_... are of the form scheme://user:password@host/name"
        ) from None
    if not all(_NAME.fullmatch(name or "") for name in (url.username, url.database)) or url.password is None:
        raise SettingsError(f"{prefix}_DATABASE_...: user and database are named with a-z, 0-9 and _, with a password")
    return url


def _role(url: URL) -> Role:
    return Role(str(url.username), str(url.password))
