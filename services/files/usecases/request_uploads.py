"""Asking to upload files: what may come, where to, and by which links; their bytes never pass through here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from chassis.identifiers import uuid7
from services.files.domain import files, owners, uploads
from services.files.domain.files import FileKind, Tlp
from services.files.domain.owners import RULES, Owner, Rule
from services.files.persistence.files import Files
from services.files.persistence.rows import UploadRow
from services.files.persistence.uploads import Uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFile:
    """One file that is to come; its digest is bound by the link if it is known beforehand."""

    name: str
    size: int
    media_type: str = "application/octet-stream"
    kind: FileKind = FileKind.ATTACHMENT
    sha256: str | None = None
    tlp: Tlp | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestUploads:
    owner: Owner
    files: Sequence[WantedFile]


@dataclass(frozen=True, slots=True)
class Limits:
    """In bytes; `quota` is what one company may store, None for no limit."""

    largest: int
    quota: int | None


async def request_uploads(command: RequestUploads, limits: Limits, work: UnitOfWork) -> list[UploadRow]:
    """All of them or none. Raises NotFound, Denied, or Invalid naming the file and its field."""
    owner, rule = command.owner, RULES[command.owner.kind]
    company = await Files(work.session, work.actor).company_of(owner)
    owners.require(work.actor, rule.change, company, field=rule.field)
    wanted = [_row(number, file, rule, limits.largest) for number, file in enumerate(command.files)]
    if not wanted:
        raise Invalid("Name at least one file.", field=("files",))
    if sum(upload.kind == FileKind.MAIN_REPORT for upload in wanted) > 1:
        raise Invalid("An incident has one main report.", field=("files",))
    kept = Uploads(work.session, work.actor)
    (await kept.room(owner, company, limits.quota)).require([upload.size for upload in wanted])
    for upload in wanted:
        upload.company_id, upload.owner_kind, upload.owner_id = company, owner.kind.value, owner.id
        upload.requested_by_id = work.actor.id
        kept.keep(upload)
    await work.session.flush()
    return wanted


def _row(number: int, file: WantedFile, rule: Rule, largest: int) -> UploadRow:
    try:
        owners.require_kind(file.kind, rule, field=("kind",))
        return UploadRow(
            id=uuid7(),
            kind=file.kind.value,
            name=files.name(file.name),
            size=files.size(file.size, largest),
            media_type=files.media_type(file.media_type),
            sha256=files.sha256(file.sha256),
            tlp=file.tlp and file.tlp.value,
            description=files.description(file.description),
            requested_at=datetime.now(UTC),
        )
    except Invalid as refusal:
        raise Invalid(refusal.message, field=("files", str(number), *refusal.field)) from refusal


def is_in_parts(upload: UploadRow) -> bool:
    return uploads.in_parts(upload.size)
