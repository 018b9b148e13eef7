"""Sockets that can be left at once: the library's own way out waits for a broker that may never answer."""

import asyncio
from typing import Any

from aiormq.connection import TCPTransportFactory, TLSTransportFactory, TransportFactory
from yarl import URL


class Sockets(TransportFactory):
    """Opens what the address asks for, and remembers the last."""

    def __init__(self) -> None:
        self._writer: asyncio.StreamWriter | None = None

    async def create(self, url: URL, **kwargs: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        factory = TLSTransportFactory() if url.scheme == "amqps" else TCPTransportFactory()
        reader, self._writer = await factory.create(url, **kwargs)
        return reader, self._writer

    def abort(self) -> None:
        """Does not wait and sends nothing more; does nothing when there is no connection."""
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None
