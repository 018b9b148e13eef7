"""Saying how long a company's deleted files of a kind can be brought back; what was deleted before keeps its date."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from services.files.domain import permissions, retention
from services.files.domain.files import FileKind
from services.files.persistence.retention import Retentions

COMPANY = "The company was"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRetention:
    company_id: UUID
    kind: FileKind
    days: int


async def set_retention(command: SetRetention, work: UnitOfWork) -> None:
    """Raises NotFound, Denied or Invalid."""
    work.actor.require(
        permissions.MANAGE, command.company_id, what=COMPANY, seen_with=permissions.VIEW, field=("company_id",)
    )
    await Retentions(work.session, work.actor).keep(
        command.company_id, command.kind.value, retention.days(command.days)
    )
