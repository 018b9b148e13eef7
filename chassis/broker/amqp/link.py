"""One connection to the broker, made when it is first needed and again, to another node, when it is lost."""

import asyncio
from contextlib import suppress

import structlog
from aio_pika import Connection
from aio_pika.abc import AbstractChannel
from yarl import URL

from chassis.broker.amqp.faults import BrokerAway, BrokerRefuses, within
from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.nodes import Nodes
from chassis.broker.amqp.pauses import Pauses
from chassis.broker.amqp.sockets import Sockets
from chassis.errors import Fault

_log = structlog.get_logger(__name__)


class Link:
    """`name` is what operators read at the broker. `watched`: one that stands still is noticed without traffic."""

    def __init__(self, url: str, name: str, limits: Limits, *, watched: bool = False) -> None:
        self._nodes = Nodes(url, heartbeat=limits.heartbeat, name=name)
        self._name = name
        self._limits = limits
        self._watched = watched
        self._opening = asyncio.Lock()
        self._closing = asyncio.Event()
        self._pauses = Pauses(limits.longest_pause)
        self._failed = False
        self._connection: Connection | None = None
        self._sockets = Sockets()
        self._watching: set[asyncio.Task[None]] = set()

    async def channel(self, *, confirms: bool = False) -> AbstractChannel:
        """A new one, after a pause when the last attempt to connect failed. Raises Fault and BrokerRefuses.

        Hold on to it: the library itself keeps no strong reference.
        """
        connection = await self._connected()
        try:
            async with within(self._limits.answer):
                return await connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
        except Fault:
            await self._drop(connection)
            raise

    async def drop(self) -> None:
        """Leaves a connection that is of no use, without waiting for a broker that may not answer."""
        if self._connection is not None:
            await self._drop(self._connection)

    def give_up(self) -> None:
        """Lets a lost connection be lost; one that is there goes on."""
        self._closing.set()

    async def close(self) -> None:
        """For good, telling the broker."""
        self.give_up()
        for task in self._watching:
            task.cancel()
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._leave(connection, self._limits.answer)
            self._sockets.abort()

    async def _connected(self) -> Connection:
        async with self._opening:
            if self._connection is None or not self._connection.connected.is_set():
                await self.drop()
                self._connection = await self._open()
            return self._connection

    async def _open(self) -> Connection:
        if self._failed:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._pauses.next())
        if self._closing.is_set():
            raise BrokerAway("broker", "is closed")
        self._failed = True
        connection = await self._connect_to_any()
        self._failed = False
        self._pauses.reset()
        if self._watched:
            task = asyncio.create_task(self._watch(connection))
            self._watching.add(task)
            task.add_done_callback(self._watching.discard)
        return connection

    async def _connect_to_any(self) -> Connection:
        """The first node that lets us in. When none does, what a person has to put right counts more than the rest."""
        faults: list[Fault] = []
        for _ in range(len(self._nodes)):
            try:
                return await self._connect(self._nodes.next)
            except Fault as fault:
                faults.append(fault)
                self._nodes.pass_over()
        raise next((fault for fault in faults if isinstance(fault, BrokerRefuses)), faults[0])

    async def _connect(self, address: URL) -> Connection:
        """Raises BrokerAway and BrokerRefuses."""
        connection = Connection(address)
        connection.kwargs["transport_factory"] = self._sockets
        try:
            async with within(self._limits.answer):
                await connection.connect()
        except Fault as fault:
            self._sockets.abort()
            await connection.close()  # or the library would try to, whenever the collector comes
            refused = isinstance(fault, BrokerRefuses)
            if not refused or len(self._nodes) > 1:  # who refuses alone is told of by whoever ends for it
                node = f"{address.host}:{address.port}"
                _log.warning("broker.away", connection=self._name, node=node, reason=fault.reason)
            if refused:
                raise
            raise BrokerAway(fault.service, fault.reason) from fault
        return connection

    async def _watch(self, connection: Connection) -> None:
        """Asks the broker something small again and again: heartbeats alone take half a minute to tell its silence."""
        try:
            async with within(self._limits.answer):
                channel = await connection.channel(publisher_confirms=False)
            while True:
                await asyncio.sleep(self._limits.look)
                async with within(self._limits.answer):
                    await channel.set_qos(prefetch_count=1)
        except Fault as fault:
            if self._connection is connection and connection.connected.is_set():
                _log.warning("broker.silent", connection=self._name, reason=fault.reason)
            await self._drop(connection)

    async def _drop(self, connection: Connection) -> None:
        """Does nothing when it has been left already: another may have been made since."""
        if self._connection is connection:
            self._connection = None
            self._nodes.pass_over()
            self._sockets.abort()
            await self._leave(connection, self._limits.leave)

    async def _leave(self, connection: Connection, seconds: float) -> None:
        with suppress(Fault):
            async with within(seconds):
                await connection.close()
