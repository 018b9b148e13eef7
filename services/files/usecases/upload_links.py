"""Giving the links by which the bytes of an upload go to the store; for parts those that are still missing."""

from dataclasses import dataclass

from services.files.adapters.object_store import NoSuchUpload, ObjectStore, SignedUpload
from services.files.domain.uploads import LINKS_LAST, PartPlan, in_parts, parts_of
from services.files.persistence.rows import UploadRow
from services.files.persistence.uploads import Uploads
from services.files.usecases.opening import OpenWork

_SECONDS = int(LINKS_LAST.total_seconds())


@dataclass(frozen=True, slots=True)
class PartLink:
    """`link` is None for a part that has arrived."""

    plan: PartPlan
    link: SignedUpload | None


@dataclass(frozen=True, slots=True)
class Links:
    """Either one link for the whole, or one for each part."""

    upload: UploadRow
    whole: SignedUpload | None
    parts: list[PartLink]


async def upload_links(upload: UploadRow, open_work: OpenWork, objects: ObjectStore) -> Links:
    """Raises Fault when the store does not answer; asked again, it goes on where it was."""
    if not in_parts(upload.size):
        return Links(upload, _whole(upload, objects), [])
    begun = upload.parts_id or await _begin(upload, open_work, objects)
    arrived = {part.number: part.size for part in await _arrived(upload, begun, objects)}
    return Links(
        upload,
        None,
        [
            PartLink(plan, None if arrived.get(plan.number) == plan.size else _part(upload, begun, plan, objects))
            for plan in parts_of(upload.size)
        ],
    )


async def _arrived(upload: UploadRow, begun: str, objects: ObjectStore) -> list[PartPlan]:
    """None when they are one object already: who asks has only to complete it."""
    try:
        return [PartPlan(part.number, 0, part.size) for part in await objects.parts(str(upload.id), begun)]
    except NoSuchUpload:
        return parts_of(upload.size)


async def _begin(upload: UploadRow, open_work: OpenWork, objects: ObjectStore) -> str:
    key = str(upload.id)
    mine = await objects.begin_parts(key, upload.media_type)
    async with open_work() as work:
        kept = await Uploads(work.session, work.actor).begun_parts(upload.id, mine)
    if kept != mine:
        await objects.abort_parts(key, mine)
    return kept or mine


def _whole(upload: UploadRow, objects: ObjectStore) -> SignedUpload:
    return objects.upload_link(
        str(upload.id), size=upload.size, media_type=upload.media_type, sha256=upload.sha256, seconds=_SECONDS
    )


def _part(upload: UploadRow, begun: str, plan: PartPlan, objects: ObjectStore) -> SignedUpload:
    return objects.part_link(str(upload.id), begun, plan.number, size=plan.size, seconds=_SECONDS)
