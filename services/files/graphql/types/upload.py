"""An upload that is under way, as the one who asked for it sees it."""

from datetime import datetime
from typing import Self

import strawberry

from services.files.adapters.object_store import SignedUpload
from services.files.domain.uploads import KEPT_WAITING
from services.files.graphql.types.enums import FileKind
from services.files.graphql.types.scalars import ByteCount
from services.files.usecases.upload_links import Links, PartLink


@strawberry.type(description="A header of an HTTP request.")
class RequestHeader:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(description="A request that sends bytes straight to the object store, to be sent as it stands here.")
class UploadRequest:
    method: str = strawberry.field(description="PUT.")
    url: str = strawberry.field(description="Whereto; it is good until `expiresAt`, for these bytes only.")
    headers: list[RequestHeader] = strawberry.field(
        description="All of them have to be sent; a browser sets Content-Length by itself."
    )
    expires_at: datetime = strawberry.field(description="Ask for a new one with resumeUpload afterwards.")

    @classmethod
    def of(cls, link: SignedUpload) -> Self:
        headers = [RequestHeader(name=name, value=value) for name, value in link.headers.items()]
        return cls(method=link.method, url=link.url, headers=headers, expires_at=link.expires_at)


@strawberry.type(description="One piece of a large file.")
class UploadPart:
    number: int = strawberry.field(description="Counts the parts, from 1.")
    offset: ByteCount = strawberry.field(description="Where it begins in the file.")
    size: ByteCount = strawberry.field(description="How many bytes it has.")
    is_uploaded: bool = strawberry.field(description="Whether it has arrived whole.")
    request: UploadRequest | None = strawberry.field(description="How to send it; null when it has arrived.")

    @classmethod
    def of(cls, part: PartLink) -> Self:
        return cls(
            number=part.plan.number,
            offset=ByteCount(part.plan.offset),
            size=ByteCount(part.plan.size),
            is_uploaded=part.link is None,
            request=None if part.link is None else UploadRequest.of(part.link),
        )


@strawberry.type(
    description="A file that is to come: send its bytes by `request`, or each of its `parts`; then completeUploads."
)
class FileUpload:
    id: strawberry.ID = strawberry.field(description="Its id, which will be the file's.")
    name: str = strawberry.field(description="What the file is called.")
    size: ByteCount = strawberry.field(description="How many bytes it has.")
    kind: FileKind = strawberry.field(description="What it will be to its owner.")
    request: UploadRequest | None = strawberry.field(description="How to send all of it; null for what comes in parts.")
    parts: list[UploadPart] = strawberry.field(
        description="Of a file larger than 64 MiB; in any order, several at once, each again if need be."
    )
    waits_until: datetime = strawberry.field(description="What is not completed by then is given up.")

    @classmethod
    def of(cls, links: Links) -> Self:
        return cls(
            id=strawberry.ID(str(links.upload.id)),
            name=links.upload.name,
            size=ByteCount(links.upload.size),
            kind=FileKind(links.upload.kind),
            request=None if links.whole is None else UploadRequest.of(links.whole),
            parts=[UploadPart.of(part) for part in links.parts],
            waits_until=links.upload.requested_at + KEPT_WAITING,
        )
