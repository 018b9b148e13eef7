"""What every service is built from: its settings, database, keys, and the way to its peers."""

from collections.abc import Mapping
from inspect import signature
from pathlib import Path
from typing import Final

import asyncpg
from pydantic import BaseModel, Field, field_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from chassis.auth import SUBGRAPHS, Keyring, Signer, Verifier
from chassis.context import Contexts, RemoteScopes
from chassis.database import Database, Wall
from chassis.engine import new_engine
from chassis.internal import InternalRoutes
from chassis.metrics import Reading
from chassis.migrations import check_current
from chassis.peers import Peer
from chassis.readings import database_readings
from chassis.settings import Addresses, BrokerAddress, Host, LogLevel, LogStyle, SettingsError
from chassis.trace_export import TracingSettings
from chassis.transport import Transport

GATEWAY = "gateway"
_DRIVER: Final = "postgresql+asyncpg"
_DATABASE: Final = f"{_DRIVER}://role:password@host/name"
_OPTIONS: Final = frozenset(signature(asyncpg.connect).parameters) | {"prepared_statement_cache_size"}


class _Nothing(BaseModel):
    """A question without content."""


class ServiceSettings(TracingSettings):
    """The settings of every service; docs/operating.md explains them."""

    database_url: str
    database_owner_url: str | None = None
    amqp_url: BrokerAddress | None = None
    database_connections: int = Field(default=10, ge=1)
    signing_key: str
    trusted_keys: Path
    host: Host = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    log_style: LogStyle = "json"
    log_level: LogLevel = "info"
    peers: Addresses = Field(default_factory=dict)

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):  # the second quotes what is no port, which may be part of a password
            raise ValueError(f"this is no address of a database: {_DATABASE}") from None
        if url.drivername != _DRIVER:
            raise ValueError(f"the address of a database begins with {_DRIVER}: {_DATABASE}")
        unknown = set(url.query) - _OPTIONS
        if unknown:
            raise ValueError(f"no option of the driver is called {', '.join(sorted(unknown))}; TLS is ?ssl=require")
        return value

    @field_validator("signing_key")
    @classmethod
    def _is_a_key(cls, value: str) -> str:
        try:
            Signer("", value)
        except ValueError:
            raise ValueError("this is no Ed25519 private key in PEM") from None
        return value

    def address(self, service: str) -> str:
        """From `peers`, a JSON object of names and addresses; else the name is taken for the host."""
        return self.peers.get(service, f"http://{service}")


class Runtime:
    """The parts of the service `name`. `walls` are those of chassis/database.py, `versions` its migrations."""

    def __init__(
        self, name: str, settings: ServiceSettings, transport: Transport, walls: Mapping[str, Wall], versions: Path
    ) -> None:
        self.name = name
        self.settings = settings
        self.database = Database(new_engine(settings.database_url, connections=settings.database_connections), walls)
        self._versions = versions
        self._transport = transport
        self._signer = Signer(name, settings.signing_key)
        keyring = _read_keyring(name, settings.trusted_keys)
        self.internal = InternalRoutes(Verifier(keyring, name))
        self.internal.on("ready", callers=[GATEWAY], reads=_Nothing, answer=self._ready)
        self.contexts = Contexts(Verifier(keyring, SUBGRAPHS, frozenset({GATEWAY})), RemoteScopes(self.peer("access")))

    def peer(self, name: str) -> Peer:
        return Peer(name, self.settings.address(name), self._transport, self._signer)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Figures of its database, for whoever reads the metrics of this process."""
        return database_readings(self.name, self.database.engine)

    async def check_start(self) -> None:
        """Raises Fault or SettingsError for what has to be put right before it can serve."""
        await self.check_database()

    async def check_database(self) -> None:
        """Raises Fault unless the database answers and has the schema this code needs."""
        await self.database.ping()
        await check_current(self.database.engine, self._versions)

    async def _ready(self, _: object) -> dict[str, bool]:
        await self.check_database()
        return {"ready": True}

    async def close(self) -> None:
        await self.database.close()


def _read_keyring(name: str, folder: Path) -> Keyring:
    try:
        return Keyring.read(folder)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{name.upper()}_TRUSTED_KEYS: {error}") from error
