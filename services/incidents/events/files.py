"""Telling in the history of incidents what happens to their files.

How a check came out is told where it is out of the ordinary: a file that was held back or refused, and one that was
held back and is to be had after all.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.subscriptions import Delivery
from services.incidents.domain.parts import Operation
from services.incidents.events import subscriptions
from services.incidents.persistence.projections import Projections
from services.incidents.usecases.record_file import AVAILABLE, FIRST_STATE, FileHappening, last_state, record_file


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFact:
    """The part of every file's event that this service reads."""

    incident_id: UUID
    file_id: UUID
    actor_kind: str
    actor_id: UUID
    permission: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded(FileFact):
    kind: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(FileFact):
    """`findings` are codes."""

    state: str
    findings: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(FileFact):
    """Names of fields: the values stay with the file."""

    changed: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced(FileFact):
    replaced_by_id: UUID


@subscriptions.on("files", "file.uploaded.v1", Uploaded)
async def tell_of_upload(delivery: Delivery[Uploaded], work: UnitOfWork, _: Projections) -> None:
    fact = delivery.data
    changes = {"kind": (None, fact.kind), "size": (None, fact.size), "media_type": (None, fact.media_type)}
    await _record(delivery, Operation.ADDED, changes, work)


@subscriptions.on("files", "file.checked.v1", Checked)
async def tell_of_check(delivery: Delivery[Checked], work: UnitOfWork, _: Projections) -> None:
    fact = delivery.data
    before = await last_state(fact.incident_id, fact.file_id, work.session)
    if (before, fact.state) == (FIRST_STATE, AVAILABLE):
        return
    findings: dict[str, tuple[Any, Any]] = {"findings": (None, fact.findings)} if fact.findings else {}
    await _record(delivery, Operation.EDITED, {"state": (before, fact.state), **findings}, work)


@subscriptions.on("files", "file.edited.v1", Edited)
async def tell_of_edit(delivery: Delivery[Edited], work: UnitOfWork, _: Projections) -> None:
    await _record(delivery, Operation.EDITED, dict.fromkeys(delivery.data.changed, (None, None)), work)


@subscriptions.on("files", "file.replaced.v1", Replaced)
async def tell_of_replacement(delivery: Delivery[Replaced], work: UnitOfWork, _: Projections) -> None:
    await _record(delivery, Operation.EDITED, {"replaced_by_id": (None, delivery.data.replaced_by_id)}, work)


@subscriptions.on("files", "file.downloaded.v1", FileFact)
async def tell_of_download(delivery: Delivery[FileFact], work: UnitOfWork, _: Projections) -> None:
    await _record(delivery, Operation.DOWNLOADED, {}, work)


@subscriptions.on("files", "file.deleted.v1", FileFact)
async def tell_of_deletion(delivery: Delivery[FileFact], work: UnitOfWork, _: Projections) -> None:
    await _record(delivery, Operation.REMOVED, {}, work)


@subscriptions.on("files", "file.restored.v1", FileFact)
async def tell_of_restoring(delivery: Delivery[FileFact], work: UnitOfWork, _: Projections) -> None:
    await _record(delivery, Operation.RESTORED, {}, work)


@subscriptions.on("files", "file.purged.v1", FileFact)
async def tell_of_destruction(delivery: Delivery[FileFact], work: UnitOfWork, _: Projections) -> None:
    await _record(delivery, Operation.REMOVED, {"destroyed_at": (None, delivery.event.time)}, work)


async def _record(
    delivery: Delivery[Any], operation: Operation, changes: dict[str, tuple[Any, Any]], work: UnitOfWork
) -> None:
    fact: FileFact = delivery.data
    happening = FileHappening(
        incident_id=fact.incident_id,
        file_id=fact.file_id,
        operation=operation,
        changes=changes,
        at=delivery.event.time,
        actor_kind=fact.actor_kind,
        actor_id=fact.actor_id,
        permission=fact.permission,
    )
    await record_file(happening, work)
