"""Things that other services own: here they are only an id."""

import strawberry

from chassis.graphql.directives import OWNED_ELSEWHERE


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
