"""A file as callers see it."""

from datetime import datetime
from enum import Enum
from typing import NewType, Self

import strawberry

from chassis.graphql.loading import load_reference
from services.files.domain import files
from services.files.graphql.context import Info
from services.files.graphql.types.others import User
from services.files.persistence.rows import FileRow

ByteCount = NewType("ByteCount", int)
BYTE_COUNT = strawberry.scalar(
    name="ByteCount",
    description="A number of bytes: a whole JSON number, beyond the 32 bits of Int, exact up to 2^53.",
    serialize=int,
    parse_value=int,
)


@strawberry.enum(description="What a file is to its incident.")
class FileKind(Enum):
    MAIN_REPORT = strawberry.enum_value(files.FileKind.MAIN_REPORT.value, description="The report on the incident.")
    ATTACHMENT = strawberry.enum_value(files.FileKind.ATTACHMENT.value, description="Anything that helps the work.")
    EVIDENCE = strawberry.enum_value(files.FileKind.EVIDENCE.value, description="Evidence, never to be altered.")


@strawberry.federation.type(keys=["id"], description="A file that belongs to an incident.")
class File:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="The name it was given by who uploaded it.")
    size: ByteCount = strawberry.field(description="How many bytes it has.")
    media_type: str = strawberry.field(description="What it claims to be, for example application/pdf.")
    sha256: str = strawberry.field(description="SHA-256 of its bytes, in hexadecimal.")
    kind: FileKind = strawberry.field(description="What it is to its incident.")
    uploaded_at: datetime = strawberry.field(description="When it was uploaded.")
    uploaded_by: User | None = strawberry.field(description="Who uploaded it.")

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        row = await load_reference(info.context.files, id)
        return None if row is None else cls.from_row(row)

    @classmethod
    def from_row(cls, row: FileRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            size=ByteCount(row.size),
            media_type=row.media_type,
            sha256=row.sha256,
            kind=FileKind(row.kind),
            uploaded_at=row.uploaded_at,
            uploaded_by=User(id=strawberry.ID(str(row.uploaded_by_id))),
        )
