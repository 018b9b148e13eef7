"""A file as callers see it."""

from datetime import datetime
from typing import Self

import strawberry

from chassis.errors import Refusal
from chassis.graphql.connection import After, Before, First, Last, Page
from chassis.graphql.loading import load_reference
from services.files.domain import files, owners
from services.files.domain.owners import OwnerKind
from services.files.graphql.context import Info
from services.files.graphql.types.custody import FileCustodyConnection, FileCustodyEntry
from services.files.graphql.types.enums import FileKind, FileOwnerKind, FileState, TlpMarking
from services.files.graphql.types.others import User
from services.files.graphql.types.scalars import ByteCount
from services.files.persistence.rows import FileRow
from services.files.usecases.changing import StaleFile


@strawberry.type(description="Something that stands against a file.")
class FileFinding:
    code: str = strawberry.field(description="A stable code, for programs; docs/file-content.md lists them.")
    detail: str = strawberry.field(description="What was found, in English; nothing of the file's content.")


@strawberry.federation.type(
    keys=["id"], description="A file that belongs to an incident, a company or a page of the guide."
)
class File:
    id: strawberry.ID = strawberry.field(description="Its id.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")
    kind: FileKind = strawberry.field(description="What it is to its owner.")
    owner_kind: FileOwnerKind = strawberry.field(description="What kind of thing it belongs to.")
    owner_id: strawberry.ID = strawberry.field(description="The id of the incident, company or page it belongs to.")
    name: str = strawberry.field(description="The name it was given by who uploaded it.")
    size: ByteCount = strawberry.field(description="How many bytes it has.")
    media_type: str = strawberry.field(description="What it claims to be, for example application/pdf.")
    detected_type: str | None = strawberry.field(description="What its content says it is; null until it was checked.")
    sha256: str | None = strawberry.field(
        description="SHA-256 of its bytes in the store, in hexadecimal; null until it was checked."
    )
    state: FileState = strawberry.field(description="Whether it may be had.")
    findings: list[FileFinding] = strawberry.field(description="What stands against it.")
    tlp: TlpMarking | None = strawberry.field(description="To whom it may be told; null: as its owner.")
    description: str = strawberry.field(description="What it is, in the words of who uploaded it.")
    url: str | None = strawberry.field(
        description="Where it is had, on the address of this graph, by who may see it at that moment; null unless it "
        "is AVAILABLE."
    )
    preview_url: str | None = strawberry.field(description="Likewise a small picture of it; null where there is none.")
    uploaded_at: datetime = strawberry.field(description="When its bytes had arrived.")
    replaced_at: datetime | None = strawberry.field(description="When it gave way to another main report.")
    deleted_at: datetime | None = strawberry.field(description="When it was deleted.")
    deleted_by: User | None = strawberry.field(description="Who deleted it.")
    delete_reason: str | None = strawberry.field(description="Why it was deleted.")
    purge_at: datetime | None = strawberry.field(
        description="When its bytes go, unless the incident it belongs to is held."
    )
    row: strawberry.Private[FileRow]

    @strawberry.field(
        description="Who uploaded it; of a page of the guide null unless you manage it, for its readers are of all "
        "companies."
    )
    def uploaded_by(self, info: Info) -> User | None:
        is_told = owners.tells_people(info.context.actor, OwnerKind(self.row.owner_kind), self.row.company_id)
        return User(id=strawberry.ID(str(self.row.uploaded_by_id))) if is_told else None

    @strawberry.field(
        description="Its chain of custody, oldest first; of a page of the guide empty unless you manage it."
    )
    async def custody(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> FileCustodyConnection:
        page = Page.of(first, after, last, before, order="CUSTODY")
        place = page.typed(_number)
        rows = await info.context.custody.page(self.row.id, page.first, place)
        nodes = [(FileCustodyEntry.from_row(row), (row.number,)) for row in rows]
        connection = page.connection(FileCustodyConnection, nodes, lambda: info.context.custody.count(self.row.id))
        assert isinstance(connection, FileCustodyConnection)  # noqa: S101  # of the kind that was asked for
        return connection

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        row = await load_reference(info.context.files, id)
        return None if row is None else cls.from_row(row)

    @classmethod
    def from_row(cls, row: FileRow) -> Self:
        is_available = row.state == files.FileState.AVAILABLE and row.deleted_at is None
        return cls(
            id=strawberry.ID(str(row.id)),
            version=row.version,
            kind=FileKind(row.kind),
            owner_kind=FileOwnerKind(row.owner_kind),
            owner_id=strawberry.ID(str(row.owner_id)),
            name=row.name,
            size=ByteCount(row.size),
            media_type=row.media_type,
            detected_type=row.detected_type,
            sha256=row.sha256,
            state=FileState(row.state),
            findings=[FileFinding(**found) for found in row.findings],
            tlp=None if row.tlp is None else TlpMarking(row.tlp),
            description=row.description,
            url=files.address(row.id) if is_available else None,
            preview_url=files.preview_address(row.id) if is_available and row.has_preview else None,
            uploaded_at=row.uploaded_at,
            replaced_at=row.replaced_at,
            deleted_at=row.deleted_at,
            deleted_by=None if row.deleted_by_id is None else User(id=strawberry.ID(str(row.deleted_by_id))),
            delete_reason=row.delete_reason,
            purge_at=row.purge_at,
            row=row,
        )


def current(refusal: Refusal) -> File | None:
    """What a caller with a stale version needs to go on."""
    return File.from_row(refusal.current) if isinstance(refusal, StaleFile) else None


def _number(part: object) -> int:
    if isinstance(part, bool) or not isinstance(part, int) or not 0 <= part < 2**63:
        raise ValueError(part)
    return part
