"""A company whose events go to a receiver of this machine."""

from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest

from chassis.broker.in_process import InProcessBroker
from chassis.events import Envelope
from services.notifications.persistence.arrivals import order_arrivals
from tests.support.feed import Tell
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user
from tests.support.webhooks import Hooks, People, Receiver


@pytest.fixture
def tell(service: RunningService, broker: InProcessBroker) -> Tell:
    async def told(events: Sequence[Envelope]) -> None:
        await broker.publish(events)
        while await order_arrivals(service.database.engine):
            pass

    return told


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver.listening() as made:
        yield made


@pytest.fixture
def people(service: RunningService) -> People:
    made = service.transport.applications["access"] = People()
    return made


@pytest.fixture
def hooks(service: RunningService, receiver: Receiver, people: People, incidents: Incidents, tell: Tell) -> Hooks:
    company = uuid4()
    owner = people.know(user({"webhook.manage": [company], "incident.view": [company]}))
    return Hooks(service, receiver, people, incidents, tell, company, owner)
