"""An event of the public feed as callers see it."""

from datetime import datetime
from enum import Enum
from typing import Self

import strawberry
from strawberry.scalars import JSON

from services.notifications.domain.outside import padded
from services.notifications.domain.public_events import Stream
from services.notifications.graphql.types.incident import Incident
from services.notifications.graphql.types.others import Company
from services.notifications.usecases.read_feed import FeedPage, Seen


@strawberry.enum(description="What one right opens of a company's events: each stream is numbered without gaps.")
class EventStream(Enum):
    INCIDENTS = strawberry.enum_value(Stream.INCIDENTS.value, description="For who holds incident.view.")
    RESTRICTED = strawberry.enum_value(
        Stream.RESTRICTED.value, description="Of restricted incidents: for members, and incident.view_restricted."
    )
    UNITS = strawberry.enum_value(
        Stream.UNITS.value, description="Of departments, sites and teams: for who sees these."
    )
    COMPANY = strawberry.enum_value(
        Stream.COMPANY.value, description="Of the company itself and its lists: for who holds anything in it."
    )
    EVERYONE = strawberry.enum_value(Stream.EVERYONE.value, description="Of no company: for everybody who signed in.")


@strawberry.type(description="Something that happened: what it was and to what, no more. What is there now, you fetch.")
class RegistryEvent:
    id: strawberry.ID = strawberry.field(description="Its id; what comes twice has the same.")
    type: str = strawberry.field(description="What happened, with a version, such as `incident.registered.v1`.")
    source: str = strawberry.field(description="The service that tells it.")
    subject: strawberry.ID = strawberry.field(description="The id of what it happened to.")
    sequence: str = strawberry.field(description="Which event of its subject it is, from 1; digits that sort as text.")
    number: str | None = strawberry.field(
        description="Which event of its stream it is, from 1, in its company; null in RESTRICTED for mere members."
    )
    stream: EventStream = strawberry.field(description="Which right shows it.")
    company: Company | None = strawberry.field(description="In which company; null for what is of none.")
    incident: Incident | None = strawberry.field(description="The incident it is about, as it is now.")
    time: datetime = strawberry.field(description="When it happened.")
    recorded_at: datetime = strawberry.field(description="When it came into the feed.")
    data: JSON = strawberry.field(description="What is told of it: JSON, described for each type in docs/events.md.")
    cursor: str = strawberry.field(description="Opaque; hand it to `after` to go on behind this event.")

    @classmethod
    def of(cls, seen: Seen) -> Self:
        event = seen.event
        return cls(
            id=strawberry.ID(str(event.event_id)),
            type=event.type,
            source=event.source,
            subject=strawberry.ID(str(event.subject)),
            sequence=padded(event.sequence),
            number=padded(event.number) if seen.numbered else None,
            stream=EventStream(event.stream.value),
            company=None if event.company_id is None else Company(id=strawberry.ID(str(event.company_id))),
            incident=None if event.incident_id is None else Incident(id=strawberry.ID(str(event.incident_id))),
            time=event.time,
            recorded_at=event.recorded_at,
            data=JSON(event.data),
            cursor=seen.cursor,
        )


@strawberry.type(description="A stretch of the feed, in the order in which it is told to everybody.")
class EventPage:
    nodes: list[RegistryEvent] = strawberry.field(
        description="The events, the oldest first. May be empty though there is more: then go on from `cursor`."
    )
    cursor: str = strawberry.field(description="Hand this to `after` for what follows, now or later.")
    has_more: bool = strawberry.field(description="Whether the feed goes on behind `cursor` already.")

    @classmethod
    def of(cls, page: FeedPage) -> Self:
        return cls(nodes=[RegistryEvent.of(seen) for seen in page.events], cursor=page.cursor, has_more=page.more)
