"""Things that other services own: here they are an id."""

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

_ELSEWHERE = Key(fields=FieldSet("id"), resolvable=False)


@strawberry.federation.type(keys=[_ELSEWHERE], description="A person who works with the registry.")
class User:
    id: strawberry.ID = strawberry.field(description="Its id.")
