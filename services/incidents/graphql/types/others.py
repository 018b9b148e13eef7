"""Things that other services own: here they are only an id."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import strawberry

from chassis.graphql.directives import OWNED_ELSEWHERE

T = TypeVar("T")


def stub(kind: Callable[..., T], target: UUID | None) -> T | None:
    """The thing's owner tells the rest of it."""
    return None if target is None else kind(id=strawberry.ID(str(target)))


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="A person who works with the registry.")
class User:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="What kind of incident it is, by class.")
class Classification:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="What kind of incident it is, within its class.")
class IncidentType:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="Where an incident stands.")
class IncidentStatus:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="How bad an incident is.")
class Severity:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="A part of a company, in the tree of its departments.")
class Department:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="A place of a company.")
class Site:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="People of a company who work together.")
class Team:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="How an incident became known.")
class DetectionSource:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="What an incident turned out to be.")
class Outcome:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="How much harm an incident did.")
class ImpactLevel:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="How soon an incident is to be dealt with.")
class Priority:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="What people do in the handling of an incident.")
class IncidentRole:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(
    keys=[OWNED_ELSEWHERE], description="A type of indicators: addresses, files, accounts and the like."
)
class IndicatorType:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="A file that something tells of; it may be gone since.")
class FileMention:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="A moment of an incident's life that can be recorded.")
class TimestampDefinition:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="How incidents may be linked.")
class LinkType:
    id: strawberry.ID = strawberry.field(description="Its id.")
