"""An incident to upload to, and files that come in parts though they are small."""

from uuid import UUID

import pytest

from chassis.broker.in_process import InProcessBroker
from services.files.domain import uploads
from tests.support.incidents import Incidents
from tests.support.uploading import MINE


@pytest.fixture
async def incident(broker: InProcessBroker, incidents: Incidents) -> UUID:
    registered = incidents.register(MINE)
    await broker.publish([registered])
    return registered.subject


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files larger than 5 MiB come in parts of that size, the smallest that S3 takes."""
    monkeypatch.setattr(uploads, "IN_ONE_PIECE", 5 * 2**20)
    monkeypatch.setattr(uploads, "_PART", 5 * 2**20)
