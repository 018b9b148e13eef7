"""Directories as a file."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final, TypeAlias
from uuid import UUID

import strawberry

from chassis.access import within
from chassis.errors import Invalid
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.directories.adapters.spreadsheets import write_csv, write_xlsx
from services.directories.domain import permissions, rules
from services.directories.domain.entries import Kind
from services.directories.domain.sheets import Sheet
from services.directories.graphql.context import Context, Info
from services.directories.graphql.types.enums import KindType
from services.directories.graphql.types.sheets import DirectoryFile, FileFormat, encoded
from services.directories.persistence.locales import Locales
from services.directories.usecases.export_entries import export_entries

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kinds: TypeAlias = Annotated[
    list[KindType] | None, strawberry.argument(description="Which directories; all when left out. CSV takes one.")
]
InLocales: TypeAlias = Annotated[
    list[str] | None, strawberry.argument(description="The locales to give columns to; all that are listed here.")
]
OfCompany: TypeAlias = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="The company whose own entries are meant; left out, those that everybody has."),
]
Format: TypeAlias = Annotated[FileFormat, strawberry.argument(description="Which kind of file.")]


@strawberry.type
class ExportQuery:
    @strawberry.field(
        directives=[CompanyScope(permission=permissions.MANAGE, argument="companyId")],
        description=described(
            "Directories as a file: a sheet for each, a row for each entry, columns for each locale.",
            rights="directory.manage anywhere for what everybody has; in the company for its own entries.",
        ),
    )
    async def export_directories(
        self,
        info: Info,
        format: Format,
        kinds: Kinds = None,
        locales: InLocales = None,
        company_id: OfCompany = None,
    ) -> DirectoryFile | None:
        chosen = [*Kind] if kinds is None else list(dict.fromkeys(Kind[each.name] for each in kinds))
        if format is FileFormat.CSV and len(chosen) != 1:
            raise Invalid("CSV holds one directory: name one.", field=("kinds",))
        company = None if company_id is None else to_uuid(company_id, "company_id")
        sheets = await _sheets(chosen, locales, company, info.context)
        return await _file(sheets, format)


async def _sheets(
    kinds: Sequence[Kind], locales: list[str] | None, company: UUID | None, context: Context
) -> list[Sheet]:
    """A company whose directories the caller does not manage has no entries."""
    managed = context.actor.companies(permissions.MANAGE)
    if not managed:
        raise permissions.NeedsEveryCompany(permissions.MANAGE)
    async with context.read() as session:
        listed = await Locales(session).listed()
        tags = sorted(listed) if locales is None else [rules.locale(tag, "locales") for tag in locales]
        if unknown := [tag for tag in tags if tag not in listed]:
            raise Invalid(f"The locale {unknown[0]} is not used here.", field=("locales",))
        sheets = await export_entries(kinds, tags, company, session)
    foreign = company is not None and not within(managed, company)
    return [replace(sheet, rows=()) for sheet in sheets] if foreign else sheets


async def _file(sheets: Sequence[Sheet], format: FileFormat) -> DirectoryFile:
    """Written in a thread: a large workbook takes a second."""
    if format is FileFormat.CSV:
        content = await asyncio.to_thread(write_csv, sheets[0])
        return DirectoryFile(name=f"{sheets[0].name}.csv", media_type="text/csv", content=encoded(content))
    content = await asyncio.to_thread(write_xlsx, sheets)
    return DirectoryFile(name="directories.xlsx", media_type=_XLSX, content=encoded(content))
