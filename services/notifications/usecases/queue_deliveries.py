"""Queueing what happens for the webhooks that want it, each up to its own place in the feed."""

import asyncio
from typing import Final

from chassis.access import Actor
from chassis.database import Database
from services.notifications.domain.webhooks import DeliveryState, WebhookState
from services.notifications.persistence.deliveries import enqueue
from services.notifications.persistence.feed import WALLS, Feed, Stretch, Wanted
from services.notifications.persistence.sending import behind_the_feed, hold_webhook
from services.notifications.persistence.webhook_rows import WebhookRow
from services.notifications.usecases.follow_feed import read_feed
from services.notifications.usecases.webhook_tools import SYSTEM, WebhookTools

_IDLE_SECONDS: Final = 0.5
_HOOKS: Final = 50
_PAGE: Final = 500


class Queueing:
    """Runs until cancelled, in as many processes as there are: each place is moved by one of them."""

    def __init__(self, database: Database, tools: WebhookTools) -> None:
        self._database = database
        self._tools = tools

    async def run(self) -> None:
        while True:
            if not await self.once():
                await asyncio.sleep(_IDLE_SECONDS)

    async def once(self) -> int:
        """How many webhooks were behind. Raises Fault."""
        async with self._database.work(SYSTEM) as work:
            hooks = await behind_the_feed(_HOOKS, work.session)
        for hook in hooks:
            await self._queue(hook)
        return len(hooks)

    async def _queue(self, hook: WebhookRow) -> None:
        """What the owner may not see now is not queued. Without an owner all is withheld, and can be seen to be."""
        owner = await self._tools.owner(hook)
        state = DeliveryState.WITHHELD if owner is None else DeliveryState.PENDING
        stretch = await self._read(None if owner is None else owner.actor, hook)
        async with self._database.work(SYSTEM) as work:
            held = await hold_webhook(hook.id, work.session, unless_held=True)
            if held is None or not _is_as_it_was(held, hook):
                return
            await enqueue(held, stretch.events, self._tools.clock(), work.session, state=state)
            held.position = stretch.position

    async def _read(self, owner: Actor | None, hook: WebhookRow) -> Stretch:
        wanted = wanted_by(hook)
        if owner is not None:
            return await read_feed(self._database, owner, hook.position, wanted, _PAGE)
        async with self._database.read(SYSTEM, through=(*WALLS, "system")) as session:
            return await Feed(session, SYSTEM).behind(hook.position, wanted, _PAGE)


def wanted_by(hook: WebhookRow) -> Wanted:
    return Wanted(frozenset({hook.company_id}), None if hook.types is None else frozenset(hook.types))


def _is_as_it_was(held: WebhookRow, hook: WebhookRow) -> bool:
    same = (held.position, held.version) == (hook.position, hook.version)
    return same and held.state == WebhookState.ENABLED
