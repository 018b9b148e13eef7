"""What this service adds to an incident."""

from typing import Self

import strawberry

from chassis.graphql.inputs import to_uuid
from services.files.graphql.context import Info
from services.files.graphql.types.file import File


@strawberry.federation.type(keys=["id"], description="A registered information-security incident.")
class Incident:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """Nothing is looked up: what a caller may not see of an incident is hidden where it is shown."""
        return cls(id=id)

    @strawberry.field(description="Its files, oldest first; null when the incident is not there for you.")
    async def attachments(self, info: Info) -> list[File] | None:
        rows = await info.context.attachments.load(to_uuid(self.id, "id"))
        return None if rows is None else [File.from_row(row) for row in rows]
