"""Changing what is said of a file; its bytes are never altered."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.files.domain import files, owners
from services.files.domain.custody import Custody
from services.files.domain.events import FileEdited
from services.files.domain.files import FileKind, FileState, Tlp
from services.files.persistence.rows import FileRow
from services.files.usecases.changing import change, expect, rule_of, take
from services.files.usecases.main_reports import take_place
from services.files.usecases.telling import tell


@dataclass(frozen=True, slots=True, kw_only=True)
class EditFile:
    """`changes` may hold `name`, `kind`, `tlp` and `description`; what is not in it stays."""

    file_id: UUID
    expected_version: int
    changes: dict[str, Any]


async def edit_file(command: EditFile, work: UnitOfWork) -> FileRow:
    """Raises NotFound, Denied, Invalid or StaleFile. An edit that changes nothing writes nothing."""
    file, restricted = await take(command.file_id, work, right=change)
    expect(command.expected_version, file, work)
    values = _values(command.changes, file)
    changes = {name: (before, after) for name, after in values.items() if (before := getattr(file, name)) != after}
    if not changes:
        return file
    if changes.get("kind", (None, None))[1] == FileKind.MAIN_REPORT and file.state == FileState.AVAILABLE:
        await take_place(file, work, restricted=restricted)
    for name, (_, after) in changes.items():
        setattr(file, name, after)
    file.version += 1
    tell(
        file, Custody.EDITED, FileEdited, work,
        right=rule_of(file).change, restricted=restricted, details=changes, changed=tuple(sorted(changes)),
    )  # fmt: skip
    await work.session.flush()
    return file


def _values(changes: dict[str, Any], file: FileRow) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "name" in changes:
        values["name"] = files.name(changes["name"])
    if "description" in changes:
        values["description"] = files.description(changes["description"])
    if "tlp" in changes:
        tlp: Tlp | None = changes["tlp"]
        values["tlp"] = tlp and tlp.value
    if "kind" in changes:
        values["kind"] = _kind(changes["kind"], file)
    return values


def _kind(kind: FileKind, file: FileRow) -> str:
    owners.require_kind(kind, rule_of(file), field=("kind",))
    if file.kind == FileKind.EVIDENCE and kind is not FileKind.EVIDENCE:
        raise Invalid("Evidence stays evidence.", field=("kind",))
    if file.replaced_at is not None:
        raise Invalid("A main report that gave way to another one stays what it was.", field=("kind",))
    return kind.value
