"""Keeping the copy of the incidents current from their own events, and telling whoever becomes responsible."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import delete

from chassis.database import UnitOfWork
from chassis.events import Envelope
from chassis.subscriptions import Delivery
from services.notifications.domain.messages import MessageKind
from services.notifications.events import Kept, subscriptions
from services.notifications.persistence.rows import MailRow, MessageRow
from services.notifications.usecases.request_message import RequestMessage, request_message


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The part of incident.registered.v1 that this service reads; earlier ones told of no members."""

    reference: str
    responsible_id: UUID | None
    member_ids: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """The part of incident.assigned.v1 that this service reads."""

    after: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityChanged:
    """The part of incident.visibility_changed.v1 that this service reads; the envelope tells whether it is restricted.

    What is not restricted has no members.
    """

    member_ids: list[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """That something happened is all this service reads of the other events."""


@subscriptions.on("incidents", "incident.registered.v1", Registered)
async def know_incident(delivery: Delivery[Registered], work: UnitOfWork, kept: Kept) -> None:
    event, fact = delivery.event, delivery.data
    row = {
        "id": event.subject,
        "version": event.sequence,
        "company_id": event.company_id,
        "reference": fact.reference,
        "responsible_id": fact.responsible_id,
        "deleted": False,
        "restricted": event.restricted,
        "member_ids": fact.member_ids,
    }
    await kept.incidents.store([row], work.session)
    await _tell(fact.responsible_id, event, work)


@subscriptions.on("incidents", "incident.assigned.v1", Assigned)
async def tell_responsible(delivery: Delivery[Assigned], work: UnitOfWork, kept: Kept) -> None:
    event, after = delivery.event, delivery.data.after
    await kept.incidents.apply(event.subject, event.sequence, {"responsible_id": after}, work.session)
    await _tell(after, event, work)


@subscriptions.on("incidents", "incident.updated.v1", Moved)
@subscriptions.on("incidents", "incident.part_changed.v1", Moved)
@subscriptions.on("incidents", "incident.part_overdue.v1", Moved)
@subscriptions.on("incidents", "incident.disclosed.v1", Moved)
@subscriptions.on("incidents", "incident.status_changed.v1", Moved)
async def follow_incident(delivery: Delivery[Moved], work: UnitOfWork, kept: Kept) -> None:
    event = delivery.event
    kept.incidents.follow(event.subject, event.sequence, work)


@subscriptions.on("incidents", "incident.visibility_changed.v1", VisibilityChanged)
async def confide_incident(delivery: Delivery[VisibilityChanged], work: UnitOfWork, kept: Kept) -> None:
    event = delivery.event
    changes = {"restricted": event.restricted, "member_ids": delivery.data.member_ids}
    await kept.incidents.apply(event.subject, event.sequence, changes, work.session)


@subscriptions.on("incidents", "incident.deleted.v1", Moved)
async def hide_incident(delivery: Delivery[Moved], work: UnitOfWork, kept: Kept) -> None:
    event = delivery.event
    await kept.incidents.apply(event.subject, event.sequence, {"deleted": True}, work.session)


@subscriptions.on("incidents", "incident.restored.v1", Moved)
async def show_incident_again(delivery: Delivery[Moved], work: UnitOfWork, kept: Kept) -> None:
    event = delivery.event
    await kept.incidents.apply(event.subject, event.sequence, {"deleted": False}, work.session)


@subscriptions.on("incidents", "incident.purged.v1", Moved)
async def forget_incident(delivery: Delivery[Moved], work: UnitOfWork, kept: Kept) -> None:
    """Nothing of it is kept, but that there was one: who asks for it gets the answer of what never was."""
    event, gone = delivery.event, {"deleted": True, "responsible_id": None}
    await kept.incidents.apply(event.subject, event.sequence, gone, work.session)
    for table in (MessageRow, MailRow):
        await work.session.execute(delete(table).where(table.incident_id == event.subject))


async def _tell(responsible: UUID | None, event: Envelope, work: UnitOfWork) -> None:
    if responsible is None or event.company_id is None:
        return
    message = RequestMessage(
        event_id=event.id,
        company_id=event.company_id,
        incident_id=event.subject,
        recipient_id=responsible,
        kind=MessageKind.ASSIGNED,
        restricted=event.restricted,
    )
    await request_message(message, work)
