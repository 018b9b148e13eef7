"""Changing what is said of a file, deleting it and bringing it back; how long what was deleted is kept."""

from collections.abc import Awaitable
from typing import Annotated, Any, Final, TypeAlias

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, given, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.files.domain import files, permissions
from services.files.graphql.context import Context, Info
from services.files.graphql.types.enums import FileKind, TlpMarking
from services.files.graphql.types.file import File, current
from services.files.graphql.types.retention import FileRetention
from services.files.persistence.rows import FileRow
from services.files.usecases.delete_file import DeleteFile, delete_file
from services.files.usecases.edit_file import EditFile, edit_file
from services.files.usecases.restore_file import RestoreFile, restore_file
from services.files.usecases.set_retention import SetRetention, set_retention

_IN_SIGHT: Final = "restricted: members or incident.view_restricted."


_OTHERS: Final = [[permissions.MANAGE], [permissions.GUIDE]]
_OF_OTHERS: Final = (
    "Of a company access.manage there, of a page of the guide directory.manage in its company, of everybody's in every "
    "company."
)


@strawberry.input(description="Changes to what is said of a file; what is left out stays as it is.")
class EditFileInput:
    id: strawberry.ID = strawberry.field(description="The file.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    name: str | None = strawberry.field(default=strawberry.UNSET, description="What it is called.")
    kind: FileKind | None = strawberry.field(
        default=strawberry.UNSET, description="What it is to its owner; evidence stays evidence."
    )
    tlp: TlpMarking | None = strawberry.field(
        default=strawberry.UNSET, description="To whom it may be told; null: as its owner."
    )
    description: str | None = strawberry.field(default=strawberry.UNSET, description="What it is.")


@strawberry.input(description="The file to delete.")
class DeleteFileInput:
    id: strawberry.ID = strawberry.field(description="The file.")
    reason: str = strawberry.field(description="Why, up to 500 characters; it stays in the record.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.input(description="The file to bring back.")
class RestoreFileInput:
    id: strawberry.ID = strawberry.field(description="The file, from `deletedFiles`.")


@strawberry.input(description="How long a company's deleted files of a kind can be brought back.")
class SetFileRetentionInput:
    company_id: strawberry.ID = strawberry.field(description="The company.")
    kind: FileKind = strawberry.field(description="The kind of file.")
    days: int = strawberry.field(description="1 to 36,500; what was deleted before keeps its date.")


Edit: TypeAlias = Annotated[EditFileInput, strawberry.argument(description="Which file, and what is said of it.")]
Deletion: TypeAlias = Annotated[DeleteFileInput, strawberry.argument(description="Which file, and why.")]
Restoring: TypeAlias = Annotated[RestoreFileInput, strawberry.argument(description="Which file.")]
Keeping: TypeAlias = Annotated[SetFileRetentionInput, strawberry.argument(description="Whose, which, how long.")]


@strawberry.type(description="What came of a change to a file.")
class FilePayload:
    file: File | None = strawberry.field(
        description="The file after the change; on CONFLICT as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What came of saying how long deleted files are kept.")
class FileRetentionPayload:
    retention: FileRetention | None = strawberry.field(description="How long it is now; null when it was refused.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class FileMutations:
    @strawberry.federation.mutation(
        requires_scopes=[[permissions.EDIT], *_OTHERS],
        authenticated=True,
        description=described(
            "Changes what is said of a file; its bytes are never altered.",
            rights=f"incident.edit in the incident's company; {_IN_SIGHT} {_OF_OTHERS}",
        ),
    )
    async def edit_file(self, info: Info, input: Edit) -> FilePayload | None:
        return await _payload(_edit(input, info.context))

    @strawberry.federation.mutation(
        requires_scopes=[[permissions.VIEW], *_OTHERS],
        authenticated=True,
        description=described(
            "Deletes a file: nobody gets it any more; until `purgeAt` it can be brought back.",
            rights=f"incident.delete in the incident's company, incident.edit for one's own file; {_IN_SIGHT} "
            f"{_OF_OTHERS}",
        ),
    )
    async def delete_file(self, info: Info, input: Deletion) -> FilePayload | None:
        return await _payload(_delete(input, info.context))

    @strawberry.federation.mutation(
        requires_scopes=[[permissions.DELETE], *_OTHERS],
        authenticated=True,
        description=described(
            "Brings a deleted file back.",
            rights=f"incident.delete in the incident's company; {_IN_SIGHT} {_OF_OTHERS}",
        ),
    )
    async def restore_file(self, info: Info, input: Restoring) -> FilePayload | None:
        return await _payload(_restore(input, info.context))

    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE, argument="input.companyId")],
        description=described(
            "Says how long a company's deleted files of a kind can be brought back.", rights="access.manage there."
        ),
    )
    async def set_file_retention(self, info: Info, input: Keeping) -> FileRetentionPayload | None:
        try:
            command = SetRetention(
                company_id=to_uuid(input.company_id, "company_id"),
                kind=files.FileKind[input.kind.name],
                days=input.days,
            )
            async with info.context.work() as work:
                await set_retention(command, work)
        except Refusal as refusal:
            return FileRetentionPayload(retention=None, errors=[user_error(refusal)])
        retention = FileRetention(kind=input.kind, days=command.days)
        return FileRetentionPayload(retention=retention, errors=[])


async def _edit(source: EditFileInput, context: Context) -> FileRow:
    command = EditFile(
        file_id=to_uuid(source.id, "id"), expected_version=source.expected_version, changes=_changes(source)
    )
    async with context.work() as work:
        return await edit_file(command, work)


def _changes(source: EditFileInput) -> dict[str, Any]:
    """A null means empty, where there is such a thing; else it is as if it was left out."""
    found = {name: value for name, value in given(source).items() if name not in {"id", "expected_version"}}
    if "description" in found:
        found["description"] = found["description"] or ""
    if found.get("tlp") is not None:
        found["tlp"] = files.Tlp[found["tlp"].name]
    if found.get("kind") is not None:
        found["kind"] = files.FileKind[found["kind"].name]
    return {name: value for name, value in found.items() if value is not None or name == "tlp"}


async def _delete(source: DeleteFileInput, context: Context) -> FileRow:
    command = DeleteFile(
        file_id=to_uuid(source.id, "id"), reason=source.reason, expected_version=source.expected_version
    )
    async with context.work() as work:
        return await delete_file(command, context.retention_days, work)


async def _restore(source: RestoreFileInput, context: Context) -> FileRow:
    async with context.work() as work:
        return await restore_file(RestoreFile(file_id=to_uuid(source.id, "id")), work)


async def _payload(change: Awaitable[FileRow]) -> FilePayload:
    try:
        return FilePayload(file=File.from_row(await change), errors=[])
    except Refusal as refusal:
        return FilePayload(file=current(refusal), errors=[user_error(refusal)])
