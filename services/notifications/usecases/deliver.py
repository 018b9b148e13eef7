"""Sending what is due to webhooks: a few calls at once, each decided anew by what its owner may see at that moment."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError

from chassis.access import Actor
from chassis.database import Database
from chassis.errors import Conflict, Fault
from chassis.identifiers import to_json
from services.notifications.adapters.webhook_sender import Answer
from services.notifications.domain.following import sees_number
from services.notifications.domain.outside import Told, cloud_event
from services.notifications.domain.sealing import Unsealable
from services.notifications.persistence.feed import Wanted
from services.notifications.persistence.sending import Taken, give_back, take
from services.notifications.persistence.webhook_rows import WebhookDeliveryRow
from services.notifications.usecases.follow_feed import read_feed
from services.notifications.usecases.record_attempt import record_attempt, withhold
from services.notifications.usecases.webhook_secrets import request_headers
from services.notifications.usecases.webhook_tools import SYSTEM, WebhookTools

AT_ONCE: Final = 20
OF_ONE: Final = 4
_IDLE_SECONDS: Final = 0.25
_AGAIN: Final = timedelta(seconds=5)
_log = structlog.get_logger(__name__)


class Delivering:
    """Runs until cancelled, in as many processes as there are: a delivery is leased by one of them."""

    def __init__(self, database: Database, tools: WebhookTools) -> None:
        self._database = database
        self._tools = tools
        self._under_way: set[asyncio.Task[None]] = set()
        self._calls: Counter[UUID] = Counter()

    async def run(self) -> None:
        try:
            while True:
                if not await self.begin():
                    await self._wait()
        finally:
            await self.settle(cancel=True)

    async def _wait(self) -> None:
        """For room, or for something to become due."""
        if self._under_way:
            first = asyncio.FIRST_COMPLETED
            await asyncio.wait(set(self._under_way), timeout=_IDLE_SECONDS, return_when=first)
        else:
            await asyncio.sleep(_IDLE_SECONDS)

    async def begin(self) -> int:
        """Takes what is due as far as there is room, and begins to send it; how many that were."""
        room = AT_ONCE - len(self._under_way)
        if room <= 0:
            return 0
        full = {hook for hook, calls in self._calls.items() if calls >= OF_ONE}
        async with self._database.work(SYSTEM) as work:
            taken = await take(self._tools.clock(), room, OF_ONE, full, work.session)
        for each in taken:
            self._start(each)
        return len(taken)

    async def settle(self, *, cancel: bool = False) -> None:
        """Until nothing is under way."""
        if cancel:
            for task in self._under_way:
                task.cancel()
        if self._under_way:
            await asyncio.wait(set(self._under_way))

    def _start(self, taken: Taken) -> None:
        hook = taken.webhook.id
        self._calls[hook] += 1
        task = asyncio.create_task(self._deliver(taken))
        self._under_way.add(task)

        def ended(done: asyncio.Task[None]) -> None:
            self._under_way.discard(done)
            self._calls[hook] -= 1
            if not self._calls[hook]:
                del self._calls[hook]

        task.add_done_callback(ended)

    async def _deliver(self, taken: Taken) -> None:
        """What cannot be decided now is tried again in a moment, and is no attempt."""
        try:
            await self._decide(taken)
        except (Fault, SQLAlchemyError, OSError) as error:
            _log.warning("webhook.waits", delivery=str(taken.delivery.id), reason=str(error))
            await self._give_back(taken)
        except Exception:  # noqa: BLE001  # a bug in one is logged; its lease ends and the others go on
            _log.exception("webhook.stumbled", delivery=str(taken.delivery.id))

    async def _give_back(self, taken: Taken) -> None:
        """Where that is not possible either, its lease ends by itself."""
        with suppress(Fault, SQLAlchemyError, OSError):
            async with self._database.work(SYSTEM) as work:
                await give_back(taken.delivery.id, self._tools.clock() + _AGAIN, work.session)

    async def _decide(self, taken: Taken) -> None:
        owner = await self._tools.owner(taken.webhook)
        event = None if owner is None else await self._seen(owner.actor, taken.delivery)
        if owner is None or event is None:
            async with self._database.work(SYSTEM) as work:
                await withhold(taken.delivery, work)
            return
        await self._send(taken, event, owner.actor)

    async def _seen(self, owner: Actor, delivery: WebhookDeliveryRow) -> Told | None:
        """The event as it is in the feed, if the owner may see it now and it was not forgotten."""
        wanted = Wanted(frozenset({delivery.company_id}), frozenset({delivery.type}))
        stretch = await read_feed(self._database, owner, delivery.position - 1, wanted, 1)
        found = next(iter(stretch.events), None)
        return found if found is not None and found.event_id == delivery.event_id else None

    async def _send(self, taken: Taken, event: Told, owner: Actor) -> None:
        numbered = sees_number(owner, event.stream, event.company_id)
        told = cloud_event(event, numbered=numbered, registry=self._tools.registry)
        body = orjson.dumps(told, default=to_json)
        at, headers = self._tools.clock(), dict[str, str]()
        try:
            headers = request_headers(taken.webhook, str(event.event_id), body, self._tools)
        except (Unsealable, Conflict):  # the second where the operators have taken all keys away
            answer = Answer(error="its secret cannot be opened any more: rotate it")
        else:
            answer = await self._tools.sender.send(taken.webhook.url, headers, body)
        async with self._database.work(SYSTEM) as work:
            await record_attempt(taken.delivery, headers, answer, at, self._tools.dice, work)
