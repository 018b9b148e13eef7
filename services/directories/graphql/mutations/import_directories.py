"""Importing directories from a file: what would change first, and then just that."""

import asyncio
from typing import Annotated
from uuid import UUID

import strawberry

from chassis.errors import Invalid, Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import Reference
from chassis.graphql.refusals import ErrorCodeType, UserError, user_error
from chassis.graphql.rights import described
from services.directories.adapters.spreadsheets import read_csv, read_xlsx
from services.directories.domain import permissions
from services.directories.domain.entries import Kind
from services.directories.domain.sheet_rows import Problem
from services.directories.domain.sheets import Sheet
from services.directories.graphql.context import Context, Info
from services.directories.graphql.types.enums import KindType
from services.directories.graphql.types.sheets import DirectoryImportPlan, FileFormat, decoded
from services.directories.usecases.import_entries import ImportRefused, import_entries
from services.directories.usecases.import_plan import Plan

_RIGHTS = "directory.manage in every company; for entries of one company, in that company."


@strawberry.input(description="A file with directories.")
class PreviewDirectoryImportInput:
    content: str = strawberry.field(description="The bytes of the file in Base64; at most a million of them.")
    format: FileFormat = strawberry.field(default=FileFormat.XLSX, description="Which kind of file it is.")
    kind: KindType | None = strawberry.field(default=None, description="The directory, for CSV; XLSX names its sheets.")
    company: Reference | None = strawberry.field(
        default=None, description="The company whose own entries they are; left out, those that every company has."
    )


@strawberry.input(description="A file with directories, to be imported.")
class ImportDirectoriesInput(PreviewDirectoryImportInput):
    digest: str = strawberry.field(description="`plan.digest` of the preview: just those changes are made, or none.")


@strawberry.type(description="What importing a file changes, or why it changes nothing.")
class DirectoryImportPayload:
    plan: DirectoryImportPlan | None = strawberry.field(description="The changes; null when it was refused.")
    errors: list[UserError] = strawberry.field(
        description="All that is wrong with the file, up to fifty; `field` is `content`, the sheet, the row as the "
        "spreadsheet numbers it, and the column."
    )


ToPreview = Annotated[PreviewDirectoryImportInput, strawberry.argument(description="The file.")]
ToImport = Annotated[ImportDirectoriesInput, strawberry.argument(description="The file, and what was agreed.")]


@strawberry.type
class ImportDirectoriesMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described("Tells what importing a file would change, and changes nothing.", rights=_RIGHTS),
    )
    async def preview_directory_import(self, info: Info, input: ToPreview) -> DirectoryImportPayload | None:
        return await _answer(input, info.context, None)

    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Imports a file: adds the entries that are new, changes those that are there, and leaves alone what is not "
            "in it. All of it or nothing.",
            rights=_RIGHTS,
        ),
    )
    async def import_directories(self, info: Info, input: ToImport) -> DirectoryImportPayload | None:
        return await _answer(input, info.context, input.digest)


async def _answer(source: PreviewDirectoryImportInput, context: Context, agreed: str | None) -> DirectoryImportPayload:
    try:
        plan = await _import(source, context, agreed)
    except ImportRefused as refused:
        return DirectoryImportPayload(plan=None, errors=[_error(problem) for problem in refused.problems])
    except Refusal as refusal:
        return DirectoryImportPayload(plan=None, errors=[user_error(refusal)])
    return DirectoryImportPayload(plan=DirectoryImportPlan.of(plan), errors=[])


async def _import(source: PreviewDirectoryImportInput, context: Context, agreed: str | None) -> Plan:
    company: UUID | None = await context.company(source.company)
    permissions.require_manager(context.actor, company)
    sheets = await asyncio.to_thread(_sheets, source)
    async with context.work() as work:
        plan = await import_entries(sheets, company, work, agreed)
        if agreed is None:
            await work.session.rollback()
    return plan


def _sheets(source: PreviewDirectoryImportInput) -> list[Sheet]:
    """Raises Invalid for what cannot be read."""
    content = decoded(source.content)
    if source.format is FileFormat.CSV and source.kind is None:
        raise Invalid("CSV holds one directory: name it.", field=("kind",))
    try:
        if source.format is FileFormat.CSV and source.kind is not None:
            return [read_csv(content, Kind[source.kind.name].value)]
        return read_xlsx(content)
    except ValueError as error:
        raise Invalid(str(error), field=("content",)) from error


def _error(problem: Problem) -> UserError:
    row = () if problem.row is None else (f"row {problem.row}",)
    column = () if problem.column is None else (f"column {problem.column}",)
    place = ", ".join((f"Sheet {problem.sheet}", *row, *column))
    named = (problem.sheet, *([] if problem.row is None else [str(problem.row)]), problem.column)
    return UserError(
        code=ErrorCodeType.INVALID,
        message=f"{place}: {problem.message}",
        field=["content", *(each for each in named if each is not None)],
    )
