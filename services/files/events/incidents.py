"""Keeping the copy of the incidents current from their own events, without asking for each."""

from dataclasses import dataclass, field
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.subscriptions import Delivery
from services.files.events import Kept, subscriptions
from services.files.usecases.forget_files import forget_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The part of incident.registered.v1 that this service reads; earlier ones told of no members."""

    reference: str
    member_ids: list[UUID] = field(default_factory=list)


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
    event = delivery.event
    row = {
        "id": event.subject,
        "version": event.sequence,
        "company_id": event.company_id,
        "reference": delivery.data.reference,
        "deleted": False,
        "restricted": event.restricted,
        "member_ids": delivery.data.member_ids,
    }
    await kept.projections.incidents.store([row], work.session)


@subscriptions.on("incidents", "incident.updated.v1", Moved)
@subscriptions.on("incidents", "incident.part_changed.v1", Moved)
@subscriptions.on("incidents", "incident.part_overdue.v1", Moved)
@subscriptions.on("incidents", "incident.disclosed.v1", Moved)
@subscriptions.on("incidents", "incident.assigned.v1", Moved)
@subscriptions.on("incidents", "incident.status_changed.v1", Moved)
async def follow_incident(delivery: Delivery[Moved], work: UnitOfWork, kept: Kept) -> None:
    event = delivery.event
    kept.projections.incidents.follow(event.subject, event.sequence, work)


@subscriptions.on("incidents", "incident.visibility_changed.v1", VisibilityChanged)
async def confide_incident(delivery: Delivery[VisibilityChanged], work: UnitOfWork, kept: Kept) -> None:
    event = delivery.event
    changes = {"restricted": event.restricted, "member_ids": delivery.data.member_ids}
    await kept.projections.incidents.apply(event.subject, event.sequence, changes, work.session)


@subscriptions.on("incidents", "incident.deleted.v1", Moved)
async def hide_incident(delivery: Delivery[Moved], work: UnitOfWork, kept: Kept) -> None:
    event = delivery.event
    await kept.projections.incidents.apply(event.subject, event.sequence, {"deleted": True}, work.session)


@subscriptions.on("incidents", "incident.restored.v1", Moved)
async def show_incident_again(delivery: Delivery[Moved], work: UnitOfWork, kept: Kept) -> None:
    event = delivery.event
    await kept.projections.incidents.apply(event.subject, event.sequence, {"deleted": False}, work.session)


@subscriptions.on("incidents", "incident.purged.v1", Moved)
async def forget_incident(delivery: Delivery[Moved], work: UnitOfWork, kept: Kept) -> None:
    """Nothing of it is kept, but that there was one: who asks for it gets the answer of what never was."""
    event = delivery.event
    await kept.projections.incidents.apply(event.subject, event.sequence, {"deleted": True}, work.session)
    await forget_files(event.subject, work, kept.objects)
