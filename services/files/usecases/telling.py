"""Telling what was done to a file: its record of custody and its event, in the transaction that did it."""

from datetime import UTC, datetime
from typing import Any, Final

import orjson

from chassis.access import Actor
from chassis.database import UnitOfWork
from chassis.identifiers import to_json
from services.files.domain.custody import Custody
from services.files.domain.events import FileFact, OwnedFileChanged
from services.files.domain.owners import OwnerKind
from services.files.persistence.rows import CustodyRow, FileRow

REGISTRY: Final = None  # what the registry does by itself takes no permission


def tell(
    file: FileRow,
    operation: Custody,
    fact: type[FileFact],
    work: UnitOfWork,
    *,
    right: str | None,
    restricted: bool,
    by: Actor | None = None,
    details: dict[str, Any] | None = None,
    **told: Any,
) -> None:
    """The caller holds the file, or has just made it. `told` are the fields that `fact` has of its own.

    `restricted` is whether only few may know of it. `by` is who did it, where that is not who writes it down.
    `details` stay with the file: they may name what events must not.
    """
    actor = by or work.actor
    file.sequence += 1
    work.session.add(
        CustodyRow(
            file_id=file.id,
            number=file.sequence,
            company_id=file.company_id,
            owner_kind=file.owner_kind,
            owner_id=file.owner_id,
            at=datetime.now(UTC),
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            request_id=work.cause.request_id,
            operation=operation.value,
            details=orjson.loads(orjson.dumps(details or {}, default=to_json)),
        )
    )
    who: dict[str, Any] = {"actor_kind": actor.kind.value, "actor_id": actor.id, "permission": right}
    event: FileFact | OwnedFileChanged
    if file.owner_kind == OwnerKind.INCIDENT:
        event = fact(file_id=file.id, incident_id=file.owner_id, kind=file.kind, **who, **told)
    else:
        event = OwnedFileChanged(
            file_id=file.id, owner_kind=file.owner_kind, owner_id=file.owner_id, operation=operation.value, **who
        )
    work.emit(event, subject=file.id, company=file.company_id, sequence=file.sequence, restricted=restricted)
