"""What this service tells the others: thin facts of ids and figures, never names or contents of files."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUploaded:
    type: ClassVar[str] = "file.uploaded.v1"
    file_id: UUID
    incident_id: UUID
    kind: str
    size: int
    media_type: str
