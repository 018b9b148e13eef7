"""Directories as files, and what importing one would change, as callers see it."""

import base64
import binascii
from enum import Enum
from typing import Any, Self

import strawberry

from chassis.errors import Invalid
from services.directories.adapters.spreadsheets import LARGEST_FILE
from services.directories.domain.sheets import to_cell
from services.directories.graphql.types.changes import DirectoryFieldChange
from services.directories.graphql.types.enums import KindType
from services.directories.usecases.import_plan import Change, Plan


@strawberry.enum(name="DirectoryFileFormat", description="How directories are written into a file.")
class FileFormat(Enum):
    XLSX = strawberry.enum_value("XLSX", description="A workbook with a sheet for each directory.")
    CSV = strawberry.enum_value("CSV", description="One directory, in UTF-8.")


@strawberry.type(description="Directories as a file.")
class DirectoryFile:
    name: str = strawberry.field(description="What to call it.")
    media_type: str = strawberry.field(description="Its media type.")
    content: str = strawberry.field(description="The bytes of the file in Base64.")


@strawberry.type(description="What importing would change of one entry.")
class DirectoryImportChange:
    kind: KindType = strawberry.field(description="The directory.")
    code: str = strawberry.field(description="The code of the entry.")
    is_new: bool = strawberry.field(description="Whether the entry is not there yet.")
    changes: list[DirectoryFieldChange] = strawberry.field(description="The fields and texts that change.")

    @classmethod
    def of(cls, change: Change) -> Self:
        return cls(
            kind=KindType(change.kind.value),
            code=change.code,
            is_new=change.version == 0,
            changes=[
                DirectoryFieldChange(field=name, before=_text(before), after=_text(after))
                for name, (before, after) in sorted(change.fields.items())
            ],
        )


@strawberry.type(description="What importing a file changes.")
class DirectoryImportPlan:
    digest: str = strawberry.field(description="Stands for these changes of the entries as they are now.")
    rows: int = strawberry.field(description="How many rows were read.")
    changes: list[DirectoryImportChange] = strawberry.field(description="What changes, entry by entry.")

    @classmethod
    def of(cls, plan: Plan) -> Self:
        changes = [DirectoryImportChange.of(change) for change in plan.changes]
        return cls(digest=plan.digest, rows=plan.rows, changes=changes)


def encoded(content: bytes) -> str:
    """Raises Invalid for a file that could not be imported again."""
    if len(content) > LARGEST_FILE:
        text = f"The file has {len(content)} bytes, and may have {LARGEST_FILE}: choose fewer directories or locales."
        raise Invalid(text, field=("locales",))
    return base64.b64encode(content).decode()


def decoded(content: str) -> bytes:
    """Raises Invalid for what is no Base64, or too large."""
    try:
        found = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("The content is the bytes of the file in Base64.", field=("content",)) from error
    if len(found) > LARGEST_FILE:
        raise Invalid(f"A file has at most {LARGEST_FILE} bytes.", field=("content",))
    return found


def _text(value: Any) -> str | None:
    return None if value is None else to_cell(value)
