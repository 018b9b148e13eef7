"""Samples of events: written by the tests of who tells them, read by the tests of who listens.

A sample is the event as it travels (CloudEvents JSON), with ids, times and years that stay the same from run to run.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import orjson

from chassis.events import Envelope
from chassis.tables import EventRow

SAMPLES = Path(__file__).parents[1] / "contracts" / "events"
_ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def stale_samples(source: str, events: Iterable[EventRow]) -> list[str]:
    """The types whose sample was not what `events` (one of each type) say. It is now: look at it and commit it."""
    made = {event.type: _sample(_envelope(source, number, event)) for number, event in enumerate(events, start=1)}
    return [kind for kind, sample in made.items() if _replace(SAMPLES / f"{kind}.json", sample)]


def read_sample(kind: str) -> Envelope:
    return Envelope.from_json((SAMPLES / f"{kind}.json").read_bytes())


def _envelope(source: str, position: int, event: EventRow) -> Envelope:
    return Envelope(
        id=event.event_id,
        source=source,
        type=event.type,
        subject=event.subject,
        company_id=event.company_id,
        sequence=event.sequence,
        position=position,
        time=_TIME,
        data=event.data,
        restricted=event.restricted,
        request_id="4f1a",
    )


def _sample(envelope: Envelope) -> bytes:
    """Ids are numbered as they come, and references are of one year."""
    body = orjson.dumps(orjson.loads(envelope.to_json()), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    numbers = {id: number for number, id in enumerate(dict.fromkeys(_ID.findall(body)), start=1)}
    plain = _ID.sub(lambda found: b"00000000-0000-7000-8000-%012d" % numbers[found[0]], body)
    return re.sub(rb"(?<=-)\d{4}(?=-\d{6}\")", b"2026", plain)


def _replace(file: Path, content: bytes) -> bool:
    """Whether it was different."""
    if file.exists() and file.read_bytes() == content:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return True
