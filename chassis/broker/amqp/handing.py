"""Giving messages to a handler until it has taken them, and parking the one that it never takes.

A single message is never put back: it would come again behind others that are on their way already. It is held, and
offered again, as long as the handler tells of a fault of the outside world; when that takes very long, all that we hold
goes back at once. Any other failure counts as a try, and so does each time that a message came back.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

import structlog
from aio_pika.abc import AbstractIncomingMessage

from chassis.broker import Handler
from chassis.broker.amqp.deliveries import Deliveries
from chassis.broker.amqp.faults import cancelled_by_others, within
from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.messages import Unreadable, earlier_tries, to_event
from chassis.broker.amqp.pauses import Pauses
from chassis.broker.amqp.turns import Turns
from chassis.errors import Fault
from chassis.events import Envelope

_PASSING = (Fault, OSError, TimeoutError)
_log = structlog.get_logger(__name__)


class _Letter(NamedTuple):
    message: AbstractIncomingMessage
    event: Envelope


class Handing:
    """One handler, called once at a time however many queues it serves. `name` is for the log."""

    def __init__(self, name: str, handler: Handler, limits: Limits) -> None:
        self.name = name
        self._limits = limits
        self._turns = Turns(handler)

    async def hand_over(self, messages: Sequence[AbstractIncomingMessage], deliveries: Deliveries) -> None:
        """Returns when each is taken or parked. Raises Fault and Stopped as Deliveries does, and then some are not."""
        letters = [letter for message in messages if (letter := await self._open(message)) is not None]
        if letters:
            await self._until_taken(letters, deliveries)

    async def _open(self, message: AbstractIncomingMessage) -> _Letter | None:
        try:
            return _Letter(message, to_event(message))
        except Unreadable as reason:
            await self._park(message, str(reason))
            return None

    async def _until_taken(self, letters: Sequence[_Letter], deliveries: Deliveries) -> None:
        """Together, and one by one when they fail together."""
        pauses, tries = Pauses(self._limits.longest_pause), earlier_tries(letters[0].message)
        give_back_at = time.monotonic() + self._limits.hold
        while (failure := await self._attempt([letter.event for letter in letters])) is not None:
            if not isinstance(failure, _PASSING):
                if len(letters) > 1:
                    for letter in letters:
                        await self._until_taken([letter], deliveries)
                    return
                tries += 1
                if tries >= self._limits.tries:
                    await self._park(letters[0].message, f"{type(failure).__name__}: {failure}")
                    return
            _log.warning(
                "broker.not_taken", queue=self.name, tries=tries, reason=f"{type(failure).__name__}: {failure}"
            )
            if time.monotonic() > give_back_at:
                deliveries.stop()
            await deliveries.pause(pauses.next())
        async with within(self._limits.answer):
            await letters[-1].message.ack(multiple=True)

    async def _attempt(self, events: Sequence[Envelope]) -> BaseException | None:
        try:
            await self._turns.handle(events)
        except asyncio.CancelledError as error:
            if cancelled_by_others():
                raise
            return error
        except Exception as error:  # noqa: BLE001  # whatever it is, the events are not taken
            return error
        return None

    async def _park(self, message: AbstractIncomingMessage, reason: str) -> None:
        """The broker moves it to the parking queue."""
        _log.error("broker.parked", queue=self.name, event_id=message.message_id, type=message.type, reason=reason)
        async with within(self._limits.answer):
            await message.reject(requeue=False)
