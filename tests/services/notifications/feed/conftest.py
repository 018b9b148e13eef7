"""A feed to which events come as the broker brings them, ordered at once."""

from collections.abc import Sequence

import pytest

from chassis.broker.in_process import InProcessBroker
from chassis.events import Envelope
from services.notifications.persistence.arrivals import order_arrivals
from services.notifications.usecases.read_feed import PublicFeed
from tests.support.feed import Tell
from tests.support.services import RunningService


@pytest.fixture
def tell(service: RunningService, broker: InProcessBroker) -> Tell:
    async def told(events: Sequence[Envelope]) -> None:
        await broker.publish(events)
        while await order_arrivals(service.database.engine):
            pass

    return told


@pytest.fixture
def feed(service: RunningService) -> PublicFeed:
    """A reader of its own: the key of the cursors goes with the rows of the test before."""
    return PublicFeed(service.database)
