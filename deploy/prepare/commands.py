"""The commands that prepare a deployment; addresses and passwords are read from variables as the services do."""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from chassis.errors import Fault, Refusal
from chassis.settings import SettingsError
from deploy.local.errors import CannotStart
from deploy.prepare.administrator import prepare_administrator
from deploy.prepare.bucket import prepare_bucket
from deploy.prepare.databases import prepare_databases
from deploy.prepare.key_exchange import STEPS
from deploy.prepare.secret_files import Addresses, prepare_secrets

Environment: TypeAlias = Mapping[str, str]
_REMOTE: Final[Mapping[str, Callable[[Environment], Awaitable[str]]]] = {
    "databases": prepare_databases,
    "bucket": prepare_bucket,
    "administrator": prepare_administrator,
}
_MENDABLE: Final = (
    *(CannotStart, SettingsError, Fault, Refusal),
    *(OSError, asyncpg.PostgresError, SQLAlchemyError),
)


def main(arguments: list[str], environment: Environment = os.environ) -> int:
    """The exit code: 2, with one line, for anything that the caller can put right."""
    given = _parser().parse_args(arguments)
    try:
        told = given.run(given, environment)
    except _MENDABLE as error:
        sys.stderr.write(f"prepare {given.command}: {str(error).splitlines()[0]}\n")
        return 2
    sys.stdout.write(f"{told}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.prepare")
    commands = parser.add_subparsers(dest="command", required=True)
    secrets = commands.add_parser("secrets", help="make the files with keys and passwords that are missing")
    secrets.add_argument("folder", type=Path)
    secrets.add_argument("--database", default="postgres:5432", metavar="HOST:PORT")
    secrets.add_argument("--broker", default="rabbitmq:5672", metavar="HOST:PORT")
    secrets.set_defaults(run=_secrets)
    key = commands.add_parser("key", help="exchange the signing key of a deployable, step by step")
    key.add_argument("step", choices=STEPS)
    key.add_argument("folder", type=Path)
    key.add_argument("name")
    key.set_defaults(run=_key)
    for name, prepare in _REMOTE.items():
        commands.add_parser(name, help=prepare.__doc__).set_defaults(run=_remote)
    return parser


def _secrets(given: argparse.Namespace, _: Environment) -> str:
    return prepare_secrets(given.folder, Addresses(given.database, given.broker))


def _key(given: argparse.Namespace, _: Environment) -> str:
    return STEPS[given.step](given.folder, given.name)


def _remote(given: argparse.Namespace, environment: Environment) -> str:
    async def run() -> str:
        return await _REMOTE[given.command](environment)

    return asyncio.run(run())
