"""A post office that sends what is due, at a server that does as it is told."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from chassis.broker.in_process import InProcessBroker
from chassis.tables import EventRow
from services.notifications.adapters.registry import Registry
from services.notifications.adapters.smtp import SmtpServer
from services.notifications.domain.letters import Mailbox
from services.notifications.domain.links import Links
from services.notifications.domain.mail_account import MailAccount
from services.notifications.persistence.rows import MessageRow
from services.notifications.usecases.send_messages import PostOffice
from services.notifications.usecases.write_letter import Stationery
from tests.support.incidents import Incidents
from tests.support.mail import Others, Post, mail_server
from tests.support.services import SYSTEM, RunningService

ACME, ADA = uuid4(), uuid4()
Queue: TypeAlias = Callable[..., Awaitable[UUID]]
LINKS = Links("https://portal.example.org/incidents/{reference}", "https://registry.example.org")


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with mail_server() as made:
        yield made


@pytest.fixture
def others(service: RunningService, incidents: Incidents) -> Others:
    """Ada sees the incidents of ACME."""
    made = Others()
    made.person(ADA, {"incident.view": [ACME]})
    for name in ("access", "directories", "files"):
        service.transport.applications[name] = made.application(name)
    service.transport.applications["incidents"] = made.application("incidents", incidents.published)
    return made


@pytest.fixture
def office(service: RunningService, post: Post, others: Others) -> PostOffice:
    return PostOffice(
        database=service.database,
        registry=Registry(service.runtime.peer),
        server=SmtpServer(MailAccount.of(post.url), seconds=1.0),
        stationery=Stationery(Mailbox.parsed("Incident Registry <registry@example.org>"), LINKS),
        per_minute=1000,
    )


@pytest.fixture
def queue(broker: InProcessBroker, incidents: Incidents, others: Others, service: RunningService) -> Queue:
    """Makes Ada responsible for a new incident of ACME, which queues a message to her; gives the incident."""

    async def make(**facts: object) -> UUID:
        event = incidents.register(ACME, responsible=ADA)
        others.incident(event.subject, ACME, **facts)
        await broker.publish([event])
        return event.subject

    return make


@pytest.fixture
def state(service: RunningService) -> Callable[[], Awaitable[MessageRow]]:
    """The one message there is."""

    async def read() -> MessageRow:
        async with service.database.read(SYSTEM) as session:
            return (await session.scalars(select(MessageRow))).one()

    return read


@pytest.fixture
def change(service: RunningService) -> Callable[..., Awaitable[None]]:
    """Puts other values into every message, as time or a crash would."""

    async def write(**values: object) -> None:
        async with service.database.work(SYSTEM) as work:
            await work.session.execute(update(MessageRow).values(values))

    return write


@pytest.fixture
def told(service: RunningService) -> Callable[[], Awaitable[list[EventRow]]]:
    """What the service told of messages after it was asked to send them."""

    async def read() -> list[EventRow]:
        return [event for event in await service.events() if event.type != "notification.requested.v1"]

    return read
