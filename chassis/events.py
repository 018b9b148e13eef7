"""The event envelope: CloudEvents 1.0 with the registry's extensions.

In code an event has a short type (`incident.registered.v1`); on the wire it carries the reverse domain prefix.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

import orjson

from chassis.identifiers import to_json

TYPE_PREFIX = "org.incidentregistry."
GLOBAL = "global"
RESTRICTED = "restricted"
_SEQUENCE_DIGITS = 20  # strings of equal length sort as numbers do; CloudEvents integers have only 32 bits


class Fact(Protocol):
    """What happened: a frozen dataclass of JSON-able fields whose class names its event type."""

    type: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One event as it travels. `sequence` counts the events of one subject from 1; `position` those of one source."""

    id: UUID
    source: str
    type: str
    subject: UUID
    company_id: UUID | None
    sequence: int
    position: int
    time: datetime
    data: dict[str, Any]
    restricted: bool = False
    request_id: str | None = None
    traceparent: str | None = None
    causation_id: UUID | None = None

    @property
    def routing_key(self) -> str:
        """`<company id>.<type>`, `global.<type>` without a company, with `restricted.` before what few may see."""
        key = f"{self.company_id or GLOBAL}.{self.type}"
        return f"{RESTRICTED}.{key}" if self.restricted else key

    def to_json(self) -> bytes:
        """CloudEvents JSON format; numbers are zero-padded strings."""
        attributes = {
            "specversion": "1.0",
            "id": self.id,
            "source": f"/{self.source}",
            "type": TYPE_PREFIX + self.type,
            "subject": self.subject,
            "time": self.time,
            "datacontenttype": "application/json",
            "companyid": self.company_id,
            "sequence": _padded(self.sequence),
            "position": _padded(self.position),
            "restricted": self.restricted,
            "requestid": self.request_id,
            "traceparent": self.traceparent,
            "causationid": self.causation_id,
            "data": self.data,
        }
        return orjson.dumps({name: value for name, value in attributes.items() if value is not None}, default=to_json)

    @classmethod
    def from_json(cls, body: bytes) -> "Envelope":
        """Raises ValueError or KeyError when `body` is no event of ours."""
        event = orjson.loads(body)
        company, causation = event.get("companyid"), event.get("causationid")
        return cls(
            id=UUID(event["id"]),
            source=event["source"].removeprefix("/"),
            type=event["type"].removeprefix(TYPE_PREFIX),
            subject=UUID(event["subject"]),
            company_id=None if company is None else UUID(company),
            sequence=int(event["sequence"]),
            position=int(event["position"]),
            time=datetime.fromisoformat(event["time"]),
            data=event["data"],
            restricted=event["restricted"],
            request_id=event.get("requestid"),
            traceparent=event.get("traceparent"),
            causation_id=None if causation is None else UUID(causation),
        )


def _padded(number: int) -> str:
    return str(number).zfill(_SEQUENCE_DIGITS)
