"""Changing a department: its name, its code, its place in the tree, whether it is in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from services.access.domain import codes, details
from services.access.persistence.rows import DepartmentRow
from services.access.usecases.create_department import require_free_code, require_place
from services.access.usecases.management import hold_unit
from services.access.usecases.telling import tell_department
from services.access.usecases.versions import Rules, change, checked, expect


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDepartment:
    """`values` are new ones by column. With a new `parent_id` it moves, and all that is below moves along."""

    department_id: UUID
    values: Mapping[str, Any]
    expected_version: int | None = None


async def edit_department(command: EditDepartment, work: UnitOfWork) -> DepartmentRow:
    """Raises NotFound, Denied, Invalid, Conflict or StaleRow. An edit that changes nothing writes nothing."""
    department = await hold_unit(DepartmentRow, command.department_id, work)
    expect(command.expected_version, department, work)
    values = checked(command.values, _RULES)
    if "code" in values:
        await require_free_code(values["code"], department, work)
    if values.get("parent_id", department.parent_id) != department.parent_id:
        await require_place(department.id, values["parent_id"], department.company_id, work)
    if change(department, values, work):
        tell_department(department, work)
        await work.session.flush()
    return department


def _as_given(value: UUID | None) -> UUID | None:
    return value


_RULES: Rules = {"name": details.name, "code": codes.department_code, "parent_id": _as_given, "active": bool}
