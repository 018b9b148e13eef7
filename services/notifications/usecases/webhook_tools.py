"""What webhooks need beside the database: keys for their secrets, the rules of addresses, the way there, the clock."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chassis.access import EVERY_COMPANY, Actor
from chassis.errors import Conflict
from services.notifications.adapters.people import People, Person
from services.notifications.adapters.webhook_sender import WebhookSender
from services.notifications.domain import permissions
from services.notifications.domain.outward_addresses import Outward
from services.notifications.domain.retries import Dice
from services.notifications.domain.sealing import Seal
from services.notifications.persistence.webhook_rows import WebhookRow

SYSTEM = Actor.system("webhooks", EVERY_COMPANY)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTools:
    """`keys` is None where the operators have given none: then there are no webhooks.

    `registry` is where outsiders find the gateway, if that is known.
    """

    keys: Seal | None
    outward: Outward
    sender: WebhookSender
    people: People
    registry: str | None = None
    clock: Callable[[], datetime] = field(default=now)
    dice: Dice = field(default=random.random)

    @property
    def seal(self) -> Seal:
        """Raises Conflict."""
        if self.keys is None:
            raise Conflict("Webhooks are not set up here: the operators set NOTIFICATIONS_SEALING_KEYS first.")
        return self.keys

    async def owner(self, hook: WebhookRow) -> Person | None:
        """None when nothing is to be sent in the owner's name any more. Raises Fault."""
        person = (await self.people.find([hook.owner_id])).get(hook.owner_id)
        if person is None or not person.active or not person.actor.may(permissions.WEBHOOKS, hook.company_id):
            return None
        return person
