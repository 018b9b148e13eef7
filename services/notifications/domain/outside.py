"""An event as outsiders get it: CloudEvents 1.0 in JSON, without what only the registry has a use for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.events import TYPE_PREFIX
from services.notifications.domain.public_events import Stream

SCHEMAS: Final = "/events/schemas"
_DIGITS: Final = 20  # strings of equal length sort as numbers do; CloudEvents integers have only 32 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event of the feed. `position` is its place among all, which is nobody's business but ours.

    `number` counts the events of a stream of one company from 1, `sequence` those of one subject.
    """

    position: int
    recorded_at: datetime
    number: int
    event_id: UUID
    source: str
    type: str
    subject: UUID
    company_id: UUID | None
    stream: Stream
    incident_id: UUID | None
    sequence: int
    time: datetime
    traceparent: str | None
    causation_id: UUID | None
    data: Mapping[str, Any]


def padded(number: int) -> str:
    return str(number).zfill(_DIGITS)


def cloud_event(event: Told, *, numbered: bool, registry: str | None = None) -> dict[str, Any]:
    """`numbered` tells whether its number may be told. `registry` is where outsiders find the gateway, for the address
    of the schema, which CloudEvents wants to be absolute: without it, it is left out.
    """
    attributes = {
        "specversion": "1.0",
        "id": event.event_id,
        "source": f"/{event.source}",
        "type": TYPE_PREFIX + event.type,
        "subject": event.subject,
        "time": event.time,
        "datacontenttype": "application/json",
        "dataschema": None if registry is None else f"{registry.rstrip('/')}{SCHEMAS}/{event.type}.json",
        "companyid": event.company_id,
        "stream": event.stream.value,
        "number": padded(event.number) if numbered else None,
        "sequence": padded(event.sequence),
        "partitionkey": event.subject,
        "recordedtime": event.recorded_at,
        "restricted": event.stream is Stream.RESTRICTED,
        "traceparent": event.traceparent,
        "causationid": event.causation_id,
        "data": event.data,
    }
    return {name: value for name, value in attributes.items() if value is not None}
