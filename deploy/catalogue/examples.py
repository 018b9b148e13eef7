"""An example of each type of event as other systems get it, from the samples that the tests of its service write."""

from datetime import UTC, datetime
from typing import Any, Final

import orjson

from chassis.events import TYPE_PREFIX, Envelope
from chassis.identifiers import to_json
from deploy.catalogue.errors import CatalogueError
from deploy.generated import ROOT
from services.notifications.domain.outside import Told, cloud_event
from services.notifications.domain.public_events import PublicEvent

SAMPLES: Final = ROOT / "tests" / "contracts" / "events"
_RECORDED: Final = datetime(2026, 1, 2, 3, 4, 5, 120_000, tzinfo=UTC)
_NUMBER: Final = 42
_REGISTRY: Final = "https://registry.example.org"


def example(event: PublicEvent) -> dict[str, Any]:
    """Raises CatalogueError when there is no sample of it."""
    file = SAMPLES / f"{event.type}.json"
    if not file.exists():
        raise CatalogueError(
            f"{event.type} has no sample: let a test of {event.source} write one, see tests/support/contracts.py."
        )
    told = cloud_event(_told(event, Envelope.from_json(file.read_bytes())), numbered=True, registry=_REGISTRY)
    outside: dict[str, Any] = orjson.loads(orjson.dumps(told, default=to_json))
    return outside


def full_type(kind: str) -> str:
    """As it is on the wire."""
    return TYPE_PREFIX + kind


def _told(event: PublicEvent, sample: Envelope) -> Told:
    return Told(
        position=1,
        recorded_at=_RECORDED,
        number=_NUMBER,
        event_id=sample.id,
        source=sample.source,
        type=sample.type,
        subject=sample.subject,
        company_id=sample.company_id,
        stream=event.stream_of(sample.company_id, restricted=sample.restricted),
        incident_id=event.incident_of(sample.data),
        sequence=sample.sequence,
        time=sample.time,
        traceparent=sample.traceparent,
        causation_id=sample.causation_id,
        data=sample.data,
    )
