"""Uploading files: asking where to, going on after an interruption, saying that all has arrived, giving up."""

from typing import Annotated, Final, TypeAlias
from uuid import UUID

import strawberry

from chassis.errors import Invalid, NotFound, Refusal
from chassis.graphql.inputs import to_uuid, to_uuids
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.files.domain import files, permissions
from services.files.domain.owners import RULES, Owner
from services.files.domain.uploads import MOST_AT_ONCE
from services.files.graphql.context import Context, Info
from services.files.graphql.types.enums import FileKind, TlpMarking
from services.files.graphql.types.file import File
from services.files.graphql.types.scalars import ByteCount
from services.files.graphql.types.upload import FileUpload
from services.files.graphql.types.waiting import WaitingUpload
from services.files.persistence.owners import sees_owner
from services.files.persistence.rows import UploadRow
from services.files.persistence.uploads import Uploads
from services.files.usecases.abandon_uploads import abandon_uploads
from services.files.usecases.complete_upload import complete_upload
from services.files.usecases.request_uploads import RequestUploads, WantedFile, request_uploads
from services.files.usecases.upload_links import upload_links

_CHANGE: Final = [[permissions.EDIT], [permissions.MANAGE], [permissions.GUIDE]]
_RIGHTS: Final = (
    "incident.edit in the incident's company; restricted: members or incident.view_restricted. For a company "
    "access.manage there, for a page of the guide directory.manage in its company, for everybody's in every company."
)
_OWN: Final = f"{_RIGHTS} One's own uploads only."


@strawberry.input(description="A file that is to come.")
class UploadFileInput:
    name: str = strawberry.field(description="What it is called, with its extension; up to 255 characters.")
    size: ByteCount = strawberry.field(description="How many bytes it has, exactly; the link takes no others.")
    media_type: str = strawberry.field(
        default="application/octet-stream", description="What it is, for example application/pdf; as browsers tell it."
    )
    kind: FileKind = strawberry.field(default=FileKind.ATTACHMENT, description="What it is to its owner.")
    sha256: str | None = strawberry.field(
        default=None, description="Its SHA-256 in hexadecimal, if you know it: what has another one is refused."
    )
    tlp: TlpMarking | None = strawberry.field(default=None, description="To whom it may be told; null: as its owner.")
    description: str = strawberry.field(default="", description="What it is, up to 2,000 characters.")


@strawberry.input(description="Files for one owner, which is named by its id: exactly one of the three.")
class RequestUploadsInput:
    files: list[UploadFileInput] = strawberry.field(description="1 to 20 files; one main report at most.")
    incident_id: strawberry.ID | None = strawberry.field(default=None, description="The incident they belong to.")
    company_id: strawberry.ID | None = strawberry.field(
        default=None, description="The company whose documents they are; all are attachments."
    )
    guide_page_id: strawberry.ID | None = strawberry.field(
        default=None, description="The page of the guide whose figures and attachments they are."
    )


@strawberry.input(description="An upload that was interrupted.")
class ResumeUploadInput:
    id: strawberry.ID = strawberry.field(description="The upload.")


@strawberry.input(description="Uploads whose bytes were sent.")
class CompleteUploadsInput:
    ids: list[strawberry.ID] = strawberry.field(description="The uploads, 1 to 20.")


@strawberry.input(description="Uploads that are not wanted any more.")
class AbandonUploadsInput:
    ids: list[strawberry.ID] = strawberry.field(description="The uploads, 1 to 20; unknown ones are passed over.")


Wanted: TypeAlias = Annotated[RequestUploadsInput, strawberry.argument(description="Which files, and whose they are.")]
Resumed: TypeAlias = Annotated[ResumeUploadInput, strawberry.argument(description="Which upload.")]
Completed: TypeAlias = Annotated[CompleteUploadsInput, strawberry.argument(description="Which uploads.")]
Abandoned: TypeAlias = Annotated[AbandonUploadsInput, strawberry.argument(description="Which uploads.")]


@strawberry.type(description="What came of asking to upload.")
class FileUploadsPayload:
    uploads: list[FileUpload] = strawberry.field(description="In the order asked for; empty when it was refused.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What came of completing uploads.")
class CompletedUploadsPayload:
    files: list[File] = strawberry.field(description="Those that are files now; they are being checked.")
    errors: list[UserError] = strawberry.field(
        description="One for each upload that could not be completed; `field` leads to it. The others are."
    )


@strawberry.type(description="What came of giving up uploads.")
class AbandonedUploadsPayload:
    uploads: list[WaitingUpload] = strawberry.field(description="Those that were given up.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class UploadMutations:
    @strawberry.federation.mutation(
        requires_scopes=_CHANGE,
        authenticated=True,
        description=described(
            "Asks to upload files to an incident, a company or a page of the guide, all or none, and tells where their "
            "bytes are to be sent.",
            rights=_RIGHTS,
        ),
    )
    async def request_uploads(self, info: Info, input: Wanted) -> FileUploadsPayload | None:
        context = info.context
        try:
            command = _command(input)
            owner = command.owner
            seen = sees_owner(owner.kind, context.actor)
            await context.projections.of_kind[owner.kind].ensure([owner.id], in_sight=seen)
            async with context.work() as work:
                rows = await request_uploads(command, context.limits, work)
        except Refusal as refusal:
            return FileUploadsPayload(uploads=[], errors=[user_error(refusal)])
        return FileUploadsPayload(uploads=[await _upload(row, context) for row in rows], errors=[])

    @strawberry.federation.mutation(
        requires_scopes=_CHANGE,
        authenticated=True,
        description=described(
            "Gives new links for an upload that was begun, of a large one for the parts that are missing.", rights=_OWN
        ),
    )
    async def resume_upload(self, info: Info, input: Resumed) -> FileUploadsPayload | None:
        context = info.context
        try:
            row = await _own(to_uuid(input.id, "id"), context)
        except Refusal as refusal:
            return FileUploadsPayload(uploads=[], errors=[user_error(refusal)])
        return FileUploadsPayload(uploads=[await _upload(row, context)], errors=[])

    @strawberry.federation.mutation(
        requires_scopes=_CHANGE,
        authenticated=True,
        description=described(
            "Says that the bytes have arrived: each upload becomes a file that is checked, which takes seconds. Asked "
            "again, it answers the same.",
            rights=_OWN,
        ),
    )
    async def complete_uploads(self, info: Info, input: Completed) -> CompletedUploadsPayload | None:
        payload = CompletedUploadsPayload(files=[], errors=[])
        try:
            ids = _ids(input.ids)
        except Refusal as refusal:
            return CompletedUploadsPayload(files=[], errors=[user_error(refusal)])
        for number, id in enumerate(ids):
            try:
                file = await complete_upload(id, info.context.work, info.context.objects)
                payload.files.append(File.from_row(file))
            except Refusal as refusal:
                refusal.field = ("ids", str(number))
                payload.errors.append(user_error(refusal))
        return payload

    @strawberry.federation.mutation(
        requires_scopes=_CHANGE,
        authenticated=True,
        description=described("Gives up uploads; their bytes are thrown away.", rights=_OWN),
    )
    async def abandon_uploads(self, info: Info, input: Abandoned) -> AbandonedUploadsPayload | None:
        try:
            ids = _ids(input.ids)
            async with info.context.work() as work:
                given_up = await abandon_uploads(ids, work, info.context.objects)
        except Refusal as refusal:
            return AbandonedUploadsPayload(uploads=[], errors=[user_error(refusal)])
        return AbandonedUploadsPayload(uploads=[WaitingUpload.from_row(row) for row in given_up], errors=[])


async def _own(upload_id: UUID, context: Context) -> UploadRow:
    async with context.work() as work:
        found = (await Uploads(work.session, work.actor).own([upload_id])).get(upload_id)
    if found is None:
        raise NotFound("The upload was", field=("id",))
    return found


async def _upload(row: UploadRow, context: Context) -> FileUpload:
    return FileUpload.of(await upload_links(row, context.work, context.objects))


def _ids(given: list[strawberry.ID]) -> list[UUID]:
    if not 1 <= len(given) <= MOST_AT_ONCE:
        raise Invalid(f"Name 1 to {MOST_AT_ONCE} uploads.", field=("ids",))
    return to_uuids(given, "ids")


def _command(source: RequestUploadsInput) -> RequestUploads:
    return RequestUploads(owner=_owner(source), files=[_wanted(file) for file in source.files])


def _owner(source: RequestUploadsInput) -> Owner:
    """Raises Invalid unless exactly one is named."""
    named = [(kind, rule.field) for kind, rule in RULES.items() if getattr(source, rule.field) is not None]
    if len(named) != 1:
        raise Invalid("Name the one owner of the files: an incident, a company or a page of the guide.")
    ((kind, field),) = named
    return Owner(kind, to_uuid(getattr(source, field), field))


def _wanted(source: UploadFileInput) -> WantedFile:
    return WantedFile(
        name=source.name,
        size=source.size,
        media_type=source.media_type,
        kind=files.FileKind[source.kind.name],
        sha256=source.sha256,
        tlp=None if source.tlp is None else files.Tlp[source.tlp.name],
        description=source.description,
    )
