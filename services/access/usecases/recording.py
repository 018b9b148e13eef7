"""Entries of the history about users and their keys: they concern the companies where the user may do anything."""

from chassis.database import UnitOfWork
from services.access.domain.history import Changes, Operation, Subject, SubjectKind
from services.access.persistence.history import record
from services.access.persistence.rows import ApiKeyRow, UserRow
from services.access.usecases.delegation import companies_of


async def record_user(user: UserRow, operation: Operation, work: UnitOfWork, changes: Changes | None = None) -> None:
    subject = Subject(SubjectKind.USER, user.id, user.name)
    record(subject, await companies_of(user.id, work), operation, work, changes)


async def record_key(key: ApiKeyRow, operation: Operation, work: UnitOfWork, changes: Changes | None = None) -> None:
    subject = Subject(SubjectKind.API_KEY, key.id, key.name)
    record(subject, await companies_of(key.user_id, work), operation, work, changes)
