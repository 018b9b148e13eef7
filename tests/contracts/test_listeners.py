"""Every service reads the samples of the events that it listens to."""

import importlib
from typing import Any

import pytest

from chassis.subscriptions import Subscriptions
from deploy.local.services import SERVICES
from tests.support.contracts import SAMPLES, read_sample


def subscriptions(service: str) -> Subscriptions[Any]:
    importlib.import_module(f"services.{service}.worker")  # which imports all that it handles
    found: Subscriptions[Any] = importlib.import_module(f"services.{service}.events").subscriptions
    return found


LISTENED_TO = [
    (service.name, source, kind)
    for service in SERVICES
    for source, kind in subscriptions(service.name)._handlers
    if (SAMPLES / f"{kind}.json").exists() or source == "incidents"
]


@pytest.mark.parametrize(("service", "source", "kind"), LISTENED_TO)
def test_a_listener_reads_the_sample(service: str, source: str, kind: str) -> None:
    sample = read_sample(kind)
    assert sample.source == source
    for reads, _ in subscriptions(service)._handlers[source, kind]:
        fact = reads.validate_python(sample.data)
        read = fact if isinstance(fact, dict) else fact.__dataclass_fields__
        assert read.keys() <= sample.data.keys()


def test_files_and_notifications_follow_everything_incidents_tell() -> None:
    told = {file.stem for file in SAMPLES.glob("incident.*.json")}

    followed = {
        service: {kind for name, source, kind in LISTENED_TO if (name, source) == (service, "incidents")}
        for service in ("files", "notifications")
    }

    assert followed == {"files": told, "notifications": told}
