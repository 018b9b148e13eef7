"""Putting a user into a department of a company, or out of it: a user works in one department of each company."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid, NotFound
from chassis.identifiers import Key
from services.access.domain.history import Operation, Subject, SubjectKind
from services.access.persistence.history import record
from services.access.persistence.members import department_of, lock_worker, put_into_department
from services.access.persistence.rows import DepartmentRow, UserRow
from services.access.persistence.units import Units
from services.access.usecases.management import hold_company
from services.access.usecases.telling import tell_user
from services.access.usecases.versions import expect


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignDepartment:
    """Without a department the user is in none of the company. `expected_version` is that of the user."""

    user_id: UUID
    company: Key
    department_id: UUID | None
    expected_version: int | None = None


async def assign_department(command: AssignDepartment, work: UnitOfWork) -> UserRow:
    """Raises NotFound, Denied, Invalid or StaleRow. What is so already changes nothing."""
    company = await hold_company(command.company, work, "company")
    user = await lock_worker(command.user_id, company.id, work.session, "user_id")
    expect(command.expected_version, user, work)
    before, after = await department_of(user.id, company.id, work.session), command.department_id
    if before == after:
        return user
    await _require_choosable(after, company.id, work)
    await put_into_department(user.id, company.id, after, work.session)
    user.version += 1
    tell_user(user, work)
    subject = Subject(SubjectKind.USER, user.id, user.name)
    record(subject, frozenset({company.id}), Operation.ASSIGNED, work, {"department": (before, after)})
    await work.session.flush()
    return user


async def _require_choosable(department_id: UUID | None, company_id: UUID, work: UnitOfWork) -> None:
    """Raises NotFound for a department that is not of the company, Invalid for one that is no longer in use."""
    if department_id is None:
        return
    department = await Units(DepartmentRow, work.session, work.actor).get(department_id, "department_id")
    if department.company_id != company_id:
        raise NotFound("The department was", field=("department_id",))
    if not department.active:
        raise Invalid("This department is no longer in use.", field=("department_id",))
