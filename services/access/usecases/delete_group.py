"""Deleting a group: its members lose what it gave."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from services.access.domain.history import Operation, Subject, SubjectKind
from services.access.persistence.administrators import administers
from services.access.persistence.groups import Groups
from services.access.persistence.history import record
from services.access.persistence.rows import GroupRow
from services.access.usecases.delegation import require_management
from services.access.usecases.last_administrator import keeping_an_administrator
from services.access.usecases.telling import tell_members
from services.access.usecases.versions import expect


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteGroup:
    group_id: UUID
    expected_version: int | None = None


async def delete_group(command: DeleteGroup, work: UnitOfWork) -> GroupRow:
    """The group as it was. Raises NotFound, Denied, Conflict or StaleRow; then nothing is changed."""
    groups = Groups(work.session, work.actor)
    group = await groups.lock(command.group_id)
    companies = await groups.companies(group)
    require_management(work.actor, companies)
    expect(command.expected_version, group, work)
    async with keeping_an_administrator(work, at_stake=administers(group)):
        await tell_members(group, await groups.members(group), work)
        record(Subject(SubjectKind.GROUP, group.id, group.name), companies, Operation.DELETED, work)
        await work.session.flush()
        await groups.delete(group)
    return group
