"""Files with the keys and passwords of a deployment, made when they are missing; none is ever overwritten.

<folder>                          for its owner only
    keys/<name>.pem               private signing key of a deployable
    keys/public/<name>.pem        public keys of all, for all: TRUSTED_KEYS
    <service>_database_url        what the service works with
    <service>_database_owner_url  for its migrations only
    postgres_password             of the superuser
    sealing_keys                  what notifications seal the secrets of webhooks with
    amqp_url, rabbitmq.conf       the address of the broker, and the same user and password for the broker itself
    s3_access_key, s3_secret_key
    administrator_password        of the first user

A container gets single files of these, as whatever user it runs: that is why they may be read by all who reach them,
and nobody reaches them in a folder that is its owner's alone.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from deploy.local.environment import SEALING_KEYS
from deploy.local.errors import CannotStart
from deploy.local.private_files import write_private
from deploy.local.provision import wanted
from deploy.local.services import DEPLOYABLES, SERVICES
from deploy.local.signing_keys import ensure_signing_keys, new_sealing_key

KEYS: Final = "keys"
_BROKER: Final = "amqp_url"
_USER: Final = "registry"


class Addresses(NamedTuple):
    """Hosts with ports, as containers find them."""

    database: str
    broker: str


def prepare_secrets(folder: Path, addresses: Addresses) -> str:
    """What was made. Raises CannotStart for a folder that is not ours to write in."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        ensure_signing_keys(folder / KEYS, DEPLOYABLES)
        made = [name for name, text in _files(addresses) if _write_missing(folder / name, text)]
        write_private(folder / "rabbitmq.conf", _broker_settings(folder / _BROKER))
        let_containers_read(folder)
    except PermissionError as error:
        raise CannotStart(f"cannot write to {folder}: run as the user who owns it (REGISTRY_USER=uid:gid)") from error
    return f"made: {', '.join(made)}" if made else "all files were there"


def let_containers_read(folder: Path) -> None:
    """The folder itself keeps others of this machine away."""
    (folder / KEYS / "public").chmod(0o755)
    for file in (each for place in (".", KEYS, f"{KEYS}/public") for each in (folder / place).iterdir()):
        if file.is_file():
            file.chmod(0o444)


def _files(addresses: Addresses) -> Iterator[tuple[str, str]]:
    yield "postgres_password", _password()
    for service in SERVICES:
        urls = wanted(service.name, lambda _: _password()).urls(addresses.database)
        yield f"{service.name}_database_url", urls.app
        yield f"{service.name}_database_owner_url", urls.owner
    yield SEALING_KEYS, new_sealing_key()
    yield _BROKER, f"amqp://{_USER}:{_password()}@{addresses.broker}/"
    yield "s3_access_key", _USER
    yield "s3_secret_key", _password()
    yield "administrator_password", _password()


def _password() -> str:
    """Safe within URLs."""
    return secrets.token_urlsafe(32)


def _write_missing(file: Path, text: str) -> bool:
    if file.exists():
        return False
    write_private(file, text)
    return True


def _broker_settings(file: Path) -> str:
    """RabbitMQ takes user and password from these lines when it starts with an empty folder."""
    url = urlsplit(file.read_text().strip())
    return f"default_user = {unquote(url.username or '')}\ndefault_pass = {unquote(url.password or '')}\n"
