"""Asking ClamAV about the bytes of a file, by clamd's INSTREAM command.

Only a clear "OK" after the last byte counts as clean. Everything else raises, so that the file stays where it is.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from typing import Any, Final, Protocol, TypeAlias

from chassis.errors import Fault

Answer: TypeAlias = "asyncio.Task[bytes]"
_SERVICE: Final = "ClamAV"
_UNIX: Final = "unix:"
_LONGEST_ANSWER: Final = 4096
_CLEAN: Final = "stream: OK"
_FOUND: Final = re.compile(r"stream: (\S.{0,300}?) FOUND", re.DOTALL)
_TOO_LARGE: Final = "size limit exceeded"
_UNUSUAL: Final = re.compile(r"[^A-Za-z0-9_.:/()+-]")


class TooLarge(Fault):
    """Waiting does not help: the file has more bytes than clamd takes (its StreamMaxLength)."""


class Scanner(Protocol):
    async def scan(self, chunks: AsyncIterator[bytes]) -> str | None:
        """The name of what was found, None for a clean file. Raises Fault whenever that is not certain."""
        ...


class NoScanner:
    """Where none is configured: says of nothing that it was scanned, and finds nothing."""

    async def scan(self, chunks: AsyncIterator[bytes]) -> str | None:  # noqa: ARG002 - reads nothing.
        return None


class ClamAV:
    """`address` is `host:port` or `unix:/path`. Seconds: to connect, for one chunk to be taken, for the verdict.

    It talks through a plain socket: after a failed write the library's streams forget what was still to be read, and
    that is where clamd says that it had enough.
    """

    def __init__(self, address: str, *, connect: float = 5.0, take: float = 30.0, verdict: float = 120.0) -> None:
        self._address = address
        self._connect = connect
        self._take = take
        self._verdict = verdict

    async def scan(self, chunks: AsyncIterator[bytes]) -> str | None:
        with await self._connected() as connection:
            answer = asyncio.create_task(_read(connection))
            try:
                await self._send(chunks, connection, answer)
                return _judged(await self._answered(answer))
            finally:
                answer.cancel()
                await asyncio.wait([answer])

    async def check(self) -> None:
        """Raises Fault when nobody listens there."""
        with await self._connected():
            return

    async def _connected(self) -> socket.socket:
        family, place = await self._place()
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(0)
        try:
            async with asyncio.timeout(self._connect):
                await asyncio.get_running_loop().sock_connect(connection, place)
        except (OSError, TimeoutError) as error:
            connection.close()
            raise Fault(_SERVICE, f"nobody answers at {self._address}") from error
        except BaseException:
            connection.close()
            raise
        return connection

    async def _place(self) -> tuple[int, Any]:
        """Family and address of the socket."""
        if self._address.startswith(_UNIX):
            return socket.AF_UNIX, self._address.removeprefix(_UNIX)
        host, _, port = self._address.rpartition(":")
        try:
            async with asyncio.timeout(self._connect):
                found = await asyncio.get_running_loop().getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        except (OSError, TimeoutError) as error:
            raise Fault(_SERVICE, f"nobody answers at {self._address}") from error
        return found[0][0], found[0][4]

    async def _send(self, chunks: AsyncIterator[bytes], connection: socket.socket, answer: Answer) -> None:
        """Ends early when clamd has answered before its time: it does so when it has had enough."""
        await self._taken(connection, b"zINSTREAM\0", answer)
        async for chunk in chunks:
            if answer.done():
                break
            if chunk:  # an empty one would be the end
                await self._taken(connection, len(chunk).to_bytes(4) + chunk, answer)
        if answer.done() and not _is_refusal(await self._answered(answer)):
            raise Fault(_SERVICE, "it answered before it had the whole file")
        if not answer.done():
            await self._taken(connection, bytes(4), answer)

    async def _taken(self, connection: socket.socket, data: bytes, answer: Answer) -> None:
        try:
            async with asyncio.timeout(self._take):
                await asyncio.get_running_loop().sock_sendall(connection, data)
        except TimeoutError as error:
            raise Fault(_SERVICE, "it is too slow to take the file") from error
        except OSError:
            if not _is_refusal(await self._answered(answer)):  # what it said before it hung up tells more
                raise Fault(_SERVICE, "it answered before it had the whole file") from None

    async def _answered(self, answer: Answer) -> bytes:
        """Raises Fault when there is no whole answer."""
        try:
            async with asyncio.timeout(self._verdict):
                said = await asyncio.shield(answer)
        except TimeoutError as error:
            raise Fault(_SERVICE, "it does not come to a verdict") from error
        except OSError as error:
            raise Fault(_SERVICE, "the connection was lost before the verdict") from error
        if not said.endswith(b"\0"):
            raise Fault(_SERVICE, "the connection was lost before the verdict")
        return said


async def _read(connection: socket.socket) -> bytes:
    """Up to the end of the answer, of the connection, or of our patience."""
    said = b""
    while b"\0" not in said and len(said) < _LONGEST_ANSWER:
        piece = await asyncio.get_running_loop().sock_recv(connection, _LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said


def _is_refusal(answer: bytes) -> bool:
    return answer.rstrip(b"\0\n").endswith(b"ERROR")


def _judged(answer: bytes) -> str | None:
    """Raises Fault for everything but a verdict."""
    said = answer.decode("utf-8", "replace").rstrip("\0\n")
    if said == _CLEAN:
        return None
    found = _FOUND.fullmatch(said)
    if found:
        return _UNUSUAL.sub("_", found[1])
    if _TOO_LARGE in said:
        raise TooLarge(_SERVICE, "the file is larger than it takes: raise StreamMaxLength")
    raise Fault(_SERVICE, "it could not scan the file")
