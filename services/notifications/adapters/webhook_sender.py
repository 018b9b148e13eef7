"""Calling a webhook: one request to an address that was vetted, to no other, and its answer up to a bound."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from chassis.errors import Invalid
from services.notifications.domain.outward_addresses import Address, Outward, Target, as_address

SECONDS: Final = 15.0
READ: Final = 20_000
_CHUNK: Final = 4096
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`status` is None when there was none, and `error` tells why; `text` is the beginning of what was answered."""

    status: int | None = None
    error: str | None = None
    retry_after: str | None = None
    text: str = ""
    duration_ms: int = 0

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004  # success, as HTTP has it


async def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a name. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class _RefusedError(Exception):
    """Nothing was sent, and why."""


class WebhookSender:
    def __init__(self, outward: Outward, *, resolve: Resolve = resolve, seconds: float = SECONDS) -> None:
        self._outward = outward
        self._resolve = resolve
        self._seconds = seconds

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises nothing: what goes wrong is told by the answer."""
        began = time.monotonic()
        answer = Answer(error=f"no answer within {self._seconds:g} seconds")
        with suppress(TimeoutError):
            async with asyncio.timeout(self._seconds):
                answer = await self._sent(url, headers, body)
        spent = round((time.monotonic() - began) * 1000)
        return Answer(
            status=answer.status,
            error=answer.error,
            retry_after=answer.retry_after,
            text=answer.text,
            duration_ms=spent,
        )

    async def _sent(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            target = self._outward.read(url)
            addresses = await self._vetted(target)
            return await self._posted(url, target, addresses, headers, body)
        except Invalid as refusal:
            return Answer(error=f"refused: {refusal.message}")
        except _RefusedError as refusal:
            return Answer(error=f"refused: {refusal}")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error, TimeoutError):
                raise
            return Answer(error=_reason(error))

    async def _vetted(self, target: Target) -> list[Address]:
        """Asked for once: what a name leads to a moment later is not looked at. Raises _RefusedError."""
        literal = as_address(target.host)
        if literal is not None:
            return [literal]
        try:
            told = await self._resolve(target.host, target.port)
        except (OSError, UnicodeError):
            raise _RefusedError("its name leads nowhere") from None
        found = [as_address(each) for each in told]
        addresses = [each for each in found if each is not None]
        if len(addresses) != len(found) or not self._outward.lets(addresses, secure=target.secure):
            raise _RefusedError("its name leads to an address that is not public")
        return addresses

    async def _posted(
        self, url: str, target: Target, addresses: Sequence[Address], headers: Mapping[str, str], body: bytes
    ) -> Answer:
        connector = aiohttp.TCPConnector(
            resolver=_Pinned(target, addresses), use_dns_cache=False, force_close=True, limit=1
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=None),  # the whole is bounded by `send`
                skip_auto_headers=("Accept-Encoding",),
            ) as session,
            session.post(URL(url, encoded=True), data=body, headers=headers, allow_redirects=False) as response,
        ):
            text = await self._beginning(response)
            return Answer(status=response.status, retry_after=response.headers.get("retry-after"), text=text)

    async def _beginning(self, response: aiohttp.ClientResponse) -> str:
        """The status is the answer: one whose text is slow, cut or endless is taken as far as it came."""
        read = bytearray()
        with suppress(aiohttp.ClientError, TimeoutError, ValueError):
            async with asyncio.timeout(self._seconds / 3):
                while len(read) < READ and (chunk := await response.content.read(min(_CHUNK, READ - len(read)))):
                    read += chunk
        response.close()
        return read.decode("utf-8", errors="replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")


class _Pinned(AbstractResolver):
    """Knows one name, and of it what was vetted."""

    def __init__(self, target: Target, addresses: Sequence[Address]) -> None:
        self._target = target
        self._addresses = addresses

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002  # each address tells its own
    ) -> list[ResolveResult]:
        if host.lower() != self._target.host:
            raise OSError(f"nobody asked for {host}")
        return [
            ResolveResult(
                hostname=host,
                host=str(each),
                port=port,
                family=socket.AF_INET if each.version == 4 else socket.AF_INET6,  # noqa: PLR2004  # of IP
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for each in self._addresses
        ]

    async def close(self) -> None:
        """There is nothing to close."""


def _reason(error: Exception) -> str:
    """Without addresses of ours, which some errors name."""
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.ClientConnectorCertificateError):
        return "its certificate does not hold, or it speaks no TLS"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "it cannot be reached"
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError):
        return "it hung up before it answered"
    return "it did not answer as HTTP has it"
