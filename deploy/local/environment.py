"""The settings of every deployable on this machine, as the variables they would find in their environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from chassis.settings import Settings, variables
from deploy.local.ports import HOST
from deploy.local.provision import DatabaseUrls

FILES_BUCKET = "files"
SEALING_KEYS = "sealing_keys"
_SENDER = "Incident Registry <registry@registry.localdomain>"


def chosen(prefix: str, settings: type[Settings], environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The settings that whoever starts the registry has made; variables that are no settings are not ours to judge."""
    return {name: environment[name] for name in variables(settings, prefix) if name in environment}


def surrounded(chosen: Mapping[str, str], made: Mapping[str, str]) -> dict[str, str]:
    """`made` in place of what was chosen for the same settings, whether as a value or as a file."""
    settled = {name.removesuffix("_FILE") for name in made}
    return {name: value for name, value in chosen.items() if name.removesuffix("_FILE") not in settled} | dict(made)


class Store(Protocol):
    """An S3 server as the files service needs to know it."""

    @property
    def endpoint(self) -> str: ...
    @property
    def access_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def bucket(self) -> str:
        """The one for files."""
        ...


class NoStore:
    """For work on the databases alone: nobody listens there."""

    endpoint = f"http://{HOST}:9"
    access_key = secret_key = bucket = "none"  # noqa: S105  # no password


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the services find around them: databases, keys, the object store, the mail sink, a stack's broker."""

    databases: Mapping[str, DatabaseUrls]
    keys: Path
    store: Store
    port: int
    broker: str | None = None
    mail: str | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def of_service(self, name: str) -> dict[str, str]:
        values = {
            "DATABASE_URL": self.databases[name].app,
            "DATABASE_OWNER_URL": self.databases[name].owner,
            "SIGNING_KEY_FILE": str(self.keys / f"{name}.pem"),
            "TRUSTED_KEYS": str(self.keys / "public"),
            **(self._of_store() if name == "files" else {}),
            **(self._of_sealing() if name == "notifications" else {}),
            **self._of_broker(),
        }
        return {f"{name.upper()}_{setting}": value for setting, value in values.items()}

    def completed(self, name: str, chosen: Mapping[str, str]) -> dict[str, str]:
        """What was chosen for a service, and what it is told otherwise: where it is found, and to send to the sink."""
        if name != "notifications":
            return dict(chosen)
        told = {"NOTIFICATIONS_PUBLIC_URL": self.url}
        if self.mail is not None and not any(each.startswith("NOTIFICATIONS_SMTP_URL") for each in chosen):
            told["NOTIFICATIONS_SMTP_URL"] = f"{self.mail}?starttls=never"
            told["NOTIFICATIONS_MAIL_SENDER"] = _SENDER
        return surrounded(told, chosen)

    def of_store(self) -> dict[str, str]:
        """What the files service is told of it."""
        return {f"FILES_{setting}": value for setting, value in self._of_store().items()}

    def of_gateway(self) -> dict[str, str]:
        values = {
            "SIGNING_KEY_FILE": str(self.keys / "gateway.pem"),
            "PUBLIC_URL": self.url,
            "PORT": str(self.port),
            "STORE_ORIGIN": _origin(self.store.endpoint),
            **self._of_broker(),
        }
        return {f"GATEWAY_{setting}": value for setting, value in values.items()}

    def _of_broker(self) -> dict[str, str]:
        return {} if self.broker is None else {"AMQP_URL": self.broker}

    def _of_sealing(self) -> dict[str, str]:
        """Without the file there are no webhooks; each start makes it where it is missing."""
        file = self.keys / SEALING_KEYS
        return {"SEALING_KEYS_FILE": str(file)} if file.exists() else {}

    def _of_store(self) -> dict[str, str]:
        return {
            "S3_ENDPOINT": self.store.endpoint,
            "S3_BUCKET": self.store.bucket,
            "S3_ACCESS_KEY": self.store.access_key,
            "S3_SECRET_KEY": self.store.secret_key,
        }


def _origin(address: str) -> str:
    """Of a store of others, which may be below a path."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
