"""A file as others tell of it, who cannot know whether it is still there."""

from typing import Self

import strawberry

from services.files.graphql.context import Info
from services.files.graphql.types.file import File


@strawberry.federation.type(keys=["id"], description="A file that something tells of; it may be gone since.")
class FileMention:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @strawberry.field(description="The file; null when it was deleted, or is not there for you.")
    async def present(self, info: Info) -> File | None:
        return await File.resolve_reference(info, self.id)

    @classmethod
    async def resolve_reference(cls, id: strawberry.ID) -> Self:
        """Also of what never was: it tells nothing."""
        return cls(id=id)
