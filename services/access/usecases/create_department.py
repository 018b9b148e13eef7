"""Creating a department."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Conflict, NotFound
from chassis.identifiers import Key, uuid7
from services.access.domain import codes, details, tree
from services.access.persistence.rows import DepartmentRow
from services.access.persistence.units import department_code_taken, department_parents
from services.access.usecases.management import hold_company
from services.access.usecases.telling import tell_department
from services.access.usecases.versions import note_new


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDepartment:
    """Without a parent it stands at the top."""

    company: Key
    name: str
    code: str | None = None
    parent_id: UUID | None = None


async def create_department(command: CreateDepartment, work: UnitOfWork) -> DepartmentRow:
    """Raises NotFound, Denied, Invalid, or Conflict when the code is taken."""
    company = await hold_company(command.company, work, "company")
    department = DepartmentRow(
        id=uuid7(),
        company_id=company.id,
        parent_id=command.parent_id,
        name=details.name(command.name),
        code=codes.department_code(command.code),
        active=True,
        version=1,
    )
    await require_place(None, command.parent_id, company.id, work)
    await require_free_code(department.code, department, work)
    work.session.add(department)
    tell_department(department, work)
    note_new(department, {"name": department.name, "code": department.code, "parent_id": department.parent_id}, work)
    await work.session.flush()
    return department


async def require_place(moved: UUID | None, parent: UUID | None, company: UUID, work: UnitOfWork) -> None:
    """Raises NotFound for a parent that is not of the company, Invalid for a place that makes no tree."""
    parents = await department_parents(company, work.session)
    if parent is not None and parent not in parents:
        raise NotFound("The department was", field=("parent_id",))
    tree.check_place(parents, moved, parent)


async def require_free_code(code: str | None, department: DepartmentRow, work: UnitOfWork) -> None:
    """Raises Conflict."""
    if code is not None and await department_code_taken(code, department.company_id, department.id, work.session):
        raise Conflict("There is a department with this code in the company.", field=("code",))
