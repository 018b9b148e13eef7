"""Why there is no connection to a database, and what a person does about it, without showing address or secret."""

import socket
from collections.abc import Iterator, Mapping
from typing import Final

_PASSWORD: Final = "it does not let this user in: correct the user or the password"  # noqa: S105  # no password
# By SQLSTATE.
_REFUSALS: Final[Mapping[str, str]] = {
    "28P01": _PASSWORD,
    "28000": _PASSWORD,
    "3D000": "there is no database of this name: make it, or correct the name",
    "42501": "this user may not connect to this database: give the right, or correct the name",
    "53300": "all its connections are in use: let it have more, or use fewer",
    "57P03": "it is starting or stopping: try again in a moment",
}


def why_not(error: BaseException) -> str:
    """One clause. `error` is what the driver raised, or what SQLAlchemy made of it."""
    for each in _causes(error):
        known = _REFUSALS.get(getattr(each, "sqlstate", None) or "")
        if known is not None:
            return known
        if isinstance(each, socket.gaierror):
            return "its host has no address: correct the host"
        if isinstance(each, ConnectionRefusedError):
            return "the connection was refused: start it, or correct host and port"
        if isinstance(each, TimeoutError):
            return "no answer in time: start it, or correct host and port"
    return "the connection was refused"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
