"""Things that other services own: here they are an id."""

import strawberry

from chassis.graphql.directives import OWNED_ELSEWHERE


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="A person who works with the registry.")
class User:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[OWNED_ELSEWHERE], description="A company whose incidents are registered here.")
class Company:
    id: strawberry.ID = strawberry.field(description="Its id.")
