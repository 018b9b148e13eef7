"""An example of each type of event as other systems get it, from the samples that the tests of its service write."""

from typing import Any, Final

import orjson

from chassis.events import TYPE_PREFIX, Envelope
from deploy.catalogue.errors import CatalogueError
from deploy.catalogue.payloads import SCHEMAS
from deploy.generated import ROOT
from services.notifications.domain.public_events import PublicEvent

SAMPLES: Final = ROOT / "tests" / "contracts" / "events"
_ONLY_INSIDE: Final = ("position", "requestid")
_RECORDED: Final = "2026-01-02T03:04:05.120000+00:00"
_NUMBER: Final = "00000000000000000042"


def example(event: PublicEvent) -> dict[str, Any]:
    """Raises CatalogueError when there is no sample of it."""
    file = SAMPLES / f"{event.type}.json"
    if not file.exists():
        raise CatalogueError(
            f"{event.type} has no sample: let a test of {event.source} write one, see tests/support/contracts.py."
        )
    sample = orjson.loads(file.read_bytes())
    envelope = Envelope.from_json(file.read_bytes())
    told = {
        **{name: value for name, value in sample.items() if name not in _ONLY_INSIDE},
        "dataschema": f"{SCHEMAS}/{event.type}.json",
        "stream": event.stream_of(envelope.company_id, restricted=envelope.restricted).value,
        "number": _NUMBER,
        "partitionkey": sample["subject"],
        "recordedtime": _RECORDED,
    }
    return {**{name: value for name, value in told.items() if name != "data"}, "data": told["data"]}


def full_type(kind: str) -> str:
    """As it is on the wire."""
    return TYPE_PREFIX + kind
