"""What this service tells the others: thin facts of ids and figures, never names or contents of files."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFact:
    """What every event of an incident's file tells: of which incident it is, and who did it by which right."""

    type: ClassVar[str]
    file_id: UUID
    incident_id: UUID
    kind: str
    actor_kind: str
    actor_id: UUID
    permission: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUploaded(FileFact):
    """Its bytes are in the store; nobody gets them before they were checked."""

    type: ClassVar[str] = "file.uploaded.v1"
    size: int
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChecked(FileFact):
    """It was looked into: `state` is what it is from now on, `findings` are the codes of what stands against it."""

    type: ClassVar[str] = "file.checked.v1"
    state: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDownloaded(FileFact):
    """Somebody got a link to its bytes."""

    type: ClassVar[str] = "file.downloaded.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEdited(FileFact):
    """Something that is said of it is another now; its bytes never are."""

    type: ClassVar[str] = "file.edited.v1"
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReplaced(FileFact):
    """A main report gave way to another one."""

    type: ClassVar[str] = "file.replaced.v1"
    replaced_by_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDeleted(FileFact):
    """Nobody gets it any more, and it may come back until it is purged."""

    type: ClassVar[str] = "file.deleted.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRestored(FileFact):
    """What was deleted is there again."""

    type: ClassVar[str] = "file.restored.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePurged(FileFact):
    """Its bytes are gone for ever."""

    type: ClassVar[str] = "file.purged.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedFileChanged:
    """Something happened to a file of a company or of a page of the guide; `operation` is that of its custody."""

    type: ClassVar[str] = "owned_file.changed.v1"
    file_id: UUID
    owner_kind: str
    owner_id: UUID
    operation: str
    actor_kind: str
    actor_id: UUID
    permission: str | None
