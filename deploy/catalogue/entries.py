"""The catalogue: every public type of event, with its schema, its example and who may see it."""

from dataclasses import dataclass
from typing import Any

from deploy.catalogue.errors import CatalogueError
from deploy.catalogue.examples import example
from deploy.catalogue.facts import check_decided, facts
from deploy.catalogue.payloads import Schema, payload
from deploy.catalogue.rights import RIGHTS
from services.notifications.domain.public_events import PUBLIC, PublicEvent


@dataclass(frozen=True, slots=True)
class Entry:
    """`schema` is that of its data, `example` a whole event."""

    event: PublicEvent
    schema: Schema
    example: dict[str, Any]

    @property
    def rights(self) -> str:
        return RIGHTS[self.event.stream]


def entries() -> list[Entry]:
    """By service and type. Raises CatalogueError."""
    known = facts()
    check_decided(known)
    _check_told_once()
    return [_entry(event, known[place]) for place, event in sorted(PUBLIC.items())]


def _entry(event: PublicEvent, fact: type[Any]) -> Entry:
    whole = example(event)
    schema = payload(event.type, fact, whole["data"])
    return Entry(event, schema, {**whole, "data": schema["examples"][0]})


def _check_told_once() -> None:
    """Schemas are found by the type alone."""
    kinds = [kind for _, kind in PUBLIC]
    if twice := sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        raise CatalogueError(f"{', '.join(twice)}: two services tell events of the same type; rename one.")
