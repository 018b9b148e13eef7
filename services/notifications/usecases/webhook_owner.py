"""Who lends a webhook their sight: only somebody who is here with all that they may see in the company.

A webhook works for long, and is judged by all rights of its owner. A key with narrowed rights must not make one, or its
holder would be sent what the key does not show.
"""

from typing import Final
from uuid import UUID

from chassis.access import Actor
from chassis.errors import Invalid
from services.notifications.domain import permissions
from services.notifications.usecases.webhook_tools import WebhookTools

_SIGHT: Final = (permissions.VIEW_RESTRICTED, permissions.WEBHOOKS, *permissions.SEE_UNITS)


async def check_sight(actor: Actor, company: UUID, tools: WebhookTools) -> None:
    """Raises Invalid, or Fault when nobody knows."""
    person = (await tools.people.find([actor.id])).get(actor.id)
    if person is None or not person.active:
        raise Invalid("You are not known any more: sign in again.")
    if any(person.actor.may(each, company) and not actor.may(each, company) for each in _SIGHT):
        raise Invalid(
            "Your API key may do less than you, and what you see would be sent to this webhook: sign in, "
            "or use a key that is not limited in this company."
        )
