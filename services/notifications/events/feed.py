"""Keeping what all services tell in the public feed, where other systems follow it."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from chassis.database import UnitOfWork
from chassis.subscriptions import Delivery
from services.notifications.domain.public_events import PUBLIC
from services.notifications.events import Kept, subscriptions
from services.notifications.persistence.arrivals import Arrivals
from services.notifications.persistence.deliveries import forget_deliveries
from services.notifications.persistence.rows import IncidentRef

_PURGED: Final = "incident.purged.v1"


async def keep(delivery: Delivery[dict[str, Any]], work: UnitOfWork, kept: Kept) -> None:
    event = delivery.event
    public = PUBLIC[event.source, event.type]
    incident = public.incident_of(event.data)
    if incident is not None and event.source != "incidents":  # which tells of it itself, in its own order
        await _know(incident, work, kept)
    stream = public.stream_of(event.company_id, restricted=event.restricted)
    Arrivals(work.session).add(event, stream, incident)
    work.afterwards.append(kept.arrived)


async def _know(incident: UUID, work: UnitOfWork, kept: Kept) -> None:
    """Who may see an event is decided by its incident: until that is known, it would be passed over by who follows."""
    if await work.session.scalar(select(IncidentRef.id).where(IncidentRef.id == incident)) is None:
        await kept.incidents.refresh([incident], work.session)


async def forget(delivery: Delivery[dict[str, Any]], work: UnitOfWork, _: Kept) -> None:
    """Of an incident that was purged nothing stays but that it was."""
    await Arrivals(work.session).forget(delivery.event.subject, but=_PURGED)
    await forget_deliveries(delivery.event.subject, work.session, but=_PURGED)


subscriptions.on("incidents", _PURGED, dict[str, Any])(forget)
for _source, _type in PUBLIC:
    subscriptions.on(_source, _type, dict[str, Any])(keep)
