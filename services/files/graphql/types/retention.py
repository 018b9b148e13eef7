"""How long deleted files are kept, as callers see it."""

import strawberry

from services.files.graphql.types.enums import FileKind


@strawberry.type(description="How long a company's deleted files of a kind can be brought back.")
class FileRetention:
    kind: FileKind = strawberry.field(description="The kind of file.")
    days: int = strawberry.field(description="Days from the deletion until the bytes go.")
