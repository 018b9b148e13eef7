"""A company with webhooks, whose worker goes step by step."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.access import Actor
from chassis.events import Envelope
from services.notifications.adapters import people
from services.notifications.adapters.webhook_sender import WebhookSender
from services.notifications.app import NotificationsRuntime
from services.notifications.domain.outward_addresses import Outward
from services.notifications.persistence.webhook_rows import WebhookAttemptRow, WebhookDeliveryRow, WebhookRow
from services.notifications.usecases.deliver import Delivering
from services.notifications.usecases.queue_deliveries import Queueing
from services.notifications.usecases.webhook_tools import WebhookTools
from tests.support.feed import Tell
from tests.support.incidents import Incidents
from tests.support.services import SYSTEM, RunningService
from tests.support.webhooks.access import People
from tests.support.webhooks.receiver import Receiver

CREATE = """mutation ($input: CreateWebhookInput!) {
  createWebhook(input: $input) { webhook { id version state } secret errors { code field message } }
}"""


@dataclass
class Hooks:
    service: RunningService
    receiver: Receiver
    people: People
    incidents: Incidents
    tell: Tell
    company: UUID
    owner: Actor
    seconds: float = 15
    tools: WebhookTools = field(init=False)
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        runtime = self.service.runtime
        assert isinstance(runtime, NotificationsRuntime)
        outward = Outward(runtime.webhooks.outward.allowed)
        self.tools = replace(
            runtime.webhooks,
            sender=WebhookSender(outward, seconds=self.seconds),
            people=people.People(runtime.peer("access"), clock=self._seconds),
            clock=lambda: self.moment,
            dice=lambda: 0.5,
            registry="https://registry.example.org",
        )

    def _seconds(self) -> float:
        return self.moment.timestamp()

    def later(self, **by: float) -> None:
        self.moment += timedelta(**by)

    async def make(self, actor: Actor | None = None, **given: Any) -> tuple[UUID, str]:
        """Its id and its secret."""
        new = {"companyId": str(self.company), "url": f"{self.receiver.url}/hook", **given}
        payload = (await self.service.data(CREATE, actor or self.owner, input=new))["createWebhook"]
        assert payload["errors"] == [], payload
        return UUID(payload["webhook"]["id"]), payload["secret"]

    async def happen(self, number: int = 1) -> Sequence[Envelope]:
        events = [self.incidents.register(self.company) for _ in range(number)]
        await self.tell(events)
        return events

    async def queue(self) -> None:
        queueing = Queueing(self.service.database, self.tools)
        while await queueing.once():
            pass

    async def deliver(self) -> int:
        """All that is due now; how many were taken in hand."""
        delivering, taken = Delivering(self.service.database, self.tools), 0
        while begun := await delivering.begin():
            taken += begun
            await delivering.settle()
        return taken

    async def send(self) -> int:
        await self.queue()
        return await self.deliver()

    async def hook(self, id: UUID) -> WebhookRow:
        async with self.service.database.read(SYSTEM) as session:
            row = await session.get(WebhookRow, id)
        assert row is not None
        return row

    async def deliveries(self) -> list[WebhookDeliveryRow]:
        async with self.service.database.read(SYSTEM, through=("view", "system")) as session:
            rows = await session.scalars(select(WebhookDeliveryRow).order_by(WebhookDeliveryRow.position))
            return list(rows)

    async def attempts(self) -> list[WebhookAttemptRow]:
        async with self.service.database.read(SYSTEM, through=("view", "system")) as session:
            return list(await session.scalars(select(WebhookAttemptRow).order_by(WebhookAttemptRow.id)))

    async def states(self) -> list[str]:
        return [each.state for each in await self.deliveries()]
