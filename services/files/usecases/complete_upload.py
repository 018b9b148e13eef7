"""Completing an upload: what has arrived in the store becomes a file that waits to be checked."""

from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid, NotFound
from services.files.adapters.object_store import NoSuchUpload, ObjectStore, Stored, WrongParts
from services.files.domain import owners
from services.files.domain.custody import Custody
from services.files.domain.events import FileUploaded
from services.files.domain.files import FileState
from services.files.domain.owners import RULES, OwnerKind
from services.files.persistence.files import Files
from services.files.persistence.rows import CheckRow, FileRow, UploadRow
from services.files.persistence.uploads import Uploads
from services.files.usecases.opening import OpenWork
from services.files.usecases.telling import tell

_UPLOAD = "The upload was"


async def complete_upload(upload_id: UUID, open_work: OpenWork, objects: ObjectStore) -> FileRow:
    """The file; the same one when it is asked again, because an answer was lost.

    Raises NotFound, Denied, Invalid for what has not arrived whole, or Fault when the store does not answer. Who is
    interrupted anywhere begins again: nothing is told before the file is there.
    """
    async with open_work() as work:
        upload = await _begun(upload_id, work)
        if upload is None:
            return await _completed(upload_id, work)
    await _gather(upload, objects)
    async with open_work() as work:
        upload = await _begun(upload_id, work, lock=True)
        return await _completed(upload_id, work) if upload is None else await _become_file(upload, work)


async def _begun(upload_id: UUID, work: UnitOfWork, *, lock: bool = False) -> UploadRow | None:
    """None when there is none, or none any more. Raises Denied for who may not upload any longer."""
    kept = Uploads(work.session, work.actor)
    upload = (await kept.own([upload_id])).get(upload_id)
    if upload is not None:
        owners.require(work.actor, _right(upload), upload.company_id, field="id")
    return (await kept.own([upload_id], lock=True)).get(upload_id) if lock else upload


async def _completed(file_id: UUID, work: UnitOfWork) -> FileRow:
    """What it has become already, maybe a moment ago. Raises NotFound."""
    found = (await Files(work.session, work.actor).by_ids([file_id])).get(file_id)
    if found is None or found.uploaded_by_id != work.actor.id:
        raise NotFound(_UPLOAD, field=("id",))
    return found


async def _become_file(upload: UploadRow, work: UnitOfWork) -> FileRow:
    file = _file(upload)
    work.session.add(file)
    await work.session.flush()
    work.session.add(_check(upload, file))
    await Uploads(work.session, work.actor).forget(upload.id)
    _, restricted = await Files(work.session, work.actor).find(file.id)
    tell(
        file, Custody.UPLOADED, FileUploaded, work,
        right=_right(upload), restricted=restricted, details={"name": file.name, "size": file.size},
        size=file.size, media_type=file.media_type,
    )  # fmt: skip
    await work.session.flush()
    return file


def _right(upload: UploadRow) -> str:
    return RULES[OwnerKind(upload.owner_kind)].change


async def _gather(upload: UploadRow, objects: ObjectStore) -> None:
    """Raises Invalid unless the object is there with all of its bytes; parts are put together if they have come."""
    stored = await objects.head(str(upload.id))
    if stored is None and upload.parts_id is not None:
        stored = await _put_together(upload, upload.parts_id, objects)
    if stored is None:
        raise Invalid("Nothing has arrived yet: send the bytes to its link first, or ask for a new one.", field=("id",))
    if stored.size != upload.size:
        raise Invalid(f"{stored.size} of {upload.size} bytes have arrived: upload it anew.", field=("id",))


async def _put_together(upload: UploadRow, parts_id: str, objects: ObjectStore) -> Stored | None:
    key = str(upload.id)
    try:
        parts = await objects.parts(key, parts_id)
        missing = upload.size - sum(part.size for part in parts)
        if missing:
            raise Invalid(
                f"{upload.size - missing} of {upload.size} bytes have arrived: resume it for the rest.",
                field=("id",),
            )
        return await objects.complete_parts(key, parts_id, parts)
    except WrongParts as error:
        raise Invalid("The parts do not fit together: upload it anew.", field=("id",)) from error
    except NoSuchUpload:
        return await objects.head(key)


def _file(upload: UploadRow) -> FileRow:
    return FileRow(
        id=upload.id,
        company_id=upload.company_id,
        owner_kind=upload.owner_kind,
        owner_id=upload.owner_id,
        version=1,
        kind=upload.kind,
        name=upload.name,
        size=upload.size,
        media_type=upload.media_type,
        state=FileState.CHECKING.value,
        findings=[],
        tlp=upload.tlp,
        description=upload.description,
        uploaded_by_id=upload.requested_by_id,
        uploaded_at=datetime.now(UTC),
        sequence=0,
    )


def _check(upload: UploadRow, file: FileRow) -> CheckRow:
    return CheckRow(
        file_id=file.id,
        company_id=file.company_id,
        promised_sha256=upload.sha256,
        next_at=file.uploaded_at,
        attempts=0,
    )
