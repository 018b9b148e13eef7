"""The rules of webhooks: what one has, and what becomes of it."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from chassis.errors import Invalid
from chassis.events import TYPE_PREFIX
from services.notifications.domain.public_events import TYPES

LONGEST_DESCRIPTION: Final = 500
FASTEST: Final = 6000
LONGEST_OVERLAP: Final = 168
MOST_RECOVERED: Final = 10_000
TEST_TYPE: Final = "webhook.test.v1"


class WebhookState(StrEnum):
    ENABLED = "ENABLED"
    DISABLED_BY_PERSON = "DISABLED_BY_PERSON"
    DISABLED_BY_FAILURE = "DISABLED_BY_FAILURE"
    GONE = "GONE"


class DeliveryState(StrEnum):
    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    WITHHELD = "WITHHELD"


def known_types(types: Collection[str] | None) -> list[str] | None:
    """In order, without repetitions. Raises Invalid for a type of event that there is not, and for an empty list."""
    if types is None:
        return None
    named = {each.removeprefix(TYPE_PREFIX) for each in types}
    if unknown := sorted(named - TYPES):
        raise Invalid(
            f"No such type of event: {', '.join(unknown)[:200]}. docs/event-types.md lists all.", field=("types",)
        )
    if not named:
        raise Invalid("Name at least one type, or leave the list out for all of them.", field=("types",))
    return sorted(named)


def known_description(text: str) -> str:
    """Raises Invalid."""
    found = text.strip()
    if len(found) > LONGEST_DESCRIPTION or "\x00" in found:
        raise Invalid(f"A description has at most {LONGEST_DESCRIPTION} characters.", field=("description",))
    return found


def known_rate(per_minute: int | None) -> int | None:
    """Raises Invalid."""
    if per_minute is not None and not 1 <= per_minute <= FASTEST:
        raise Invalid(f"perMinute is between 1 and {FASTEST}, or null for no limit.", field=("per_minute",))
    return per_minute
