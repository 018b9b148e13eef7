"""An upload that was begun and not completed, as the one who asked for it finds it again."""

from datetime import datetime
from typing import Self

import strawberry

from services.files.domain.owners import OwnerKind
from services.files.domain.uploads import KEPT_WAITING
from services.files.graphql.types.enums import FileKind, FileOwnerKind
from services.files.graphql.types.scalars import ByteCount
from services.files.persistence.rows import UploadRow


@strawberry.type(description="An upload that was begun and not completed.")
class WaitingUpload:
    id: strawberry.ID = strawberry.field(description="Its id, for resumeUpload, completeUploads or abandonUploads.")
    owner_kind: FileOwnerKind = strawberry.field(description="What kind of thing it is for.")
    owner_id: strawberry.ID = strawberry.field(description="The id of the incident, company or page it is for.")
    incident_id: strawberry.ID | None = strawberry.field(description="The incident it is for; null for another owner.")
    name: str = strawberry.field(description="What the file is called.")
    size: ByteCount = strawberry.field(description="How many bytes it has.")
    kind: FileKind = strawberry.field(description="What it will be to its owner.")
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    waits_until: datetime = strawberry.field(description="What is not completed by then is given up.")

    @classmethod
    def from_row(cls, row: UploadRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            owner_kind=FileOwnerKind(row.owner_kind),
            owner_id=strawberry.ID(str(row.owner_id)),
            incident_id=strawberry.ID(str(row.owner_id)) if row.owner_kind == OwnerKind.INCIDENT else None,
            name=row.name,
            size=ByteCount(row.size),
            kind=FileKind(row.kind),
            requested_at=row.requested_at,
            waits_until=row.requested_at + KEPT_WAITING,
        )
