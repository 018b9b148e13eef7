"""The first user of a new registry, who may do everything everywhere."""

from dataclasses import dataclass

from sqlalchemy import func, select

from chassis.database import UnitOfWork
from services.access.domain.permissions import NAMES
from services.access.persistence.rows import UserRow
from services.access.usecases.create_group import CreateGroup, create_group
from services.access.usecases.create_user import CreateUser, create_user

ADMINISTRATORS = "Administrators"
_LOCK = 7_246_101


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapAdministrator:
    name: str
    email: str
    password_hash: str


async def bootstrap_administrator(command: BootstrapAdministrator, work: UnitOfWork) -> UserRow | None:
    """None, and nothing done, when there is any user. `work` is the system's, in every company. Raises Invalid."""
    await work.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if await work.session.scalar(select(UserRow.id).limit(1)) is not None:
        return None
    user = await create_user(
        CreateUser(email=command.email, name=command.name, password_hash=command.password_hash), work
    )
    await create_group(CreateGroup(name=ADMINISTRATORS, permissions=NAMES, every_company=True, members=[user.id]), work)
    return user
