"""The administrator that a new system on this machine starts with, and a first API key for them."""

from typing import Final

from sqlalchemy import func, select

from chassis.access import EVERY_COMPANY, Actor, ActorKind, Scope
from chassis.database import Database
from chassis.runtime import Runtime
from services.access.adapters.password_hashing import PasswordHashing
from services.access.domain.permissions import NAMES
from services.access.persistence.rows import UserRow
from services.access.usecases.bootstrap_administrator import BootstrapAdministrator, bootstrap_administrator
from services.access.usecases.create_api_key import CreateApiKey, create_api_key

EMAIL: Final = "admin@example.org"
NAME: Final = "Ada Administrator"
_SYSTEM: Final = Actor.system("first start", EVERY_COMPANY)


async def make_administrator(database: Database, *, email: str, name: str, password: str) -> bool:
    """Whether it was done: not when there are users already. `database` is the access service's. Raises Invalid."""
    command = BootstrapAdministrator(name=name, email=email, password_hash=await PasswordHashing().hash(password))
    async with database.work(_SYSTEM) as work:
        return await bootstrap_administrator(command, work) is not None


async def ensure_administrator(access: Runtime, password: str) -> str:
    """Makes the administrator unless there are users already; the secret of a new API key of theirs."""
    await make_administrator(access.database, email=EMAIL, name=NAME, password=password)
    async with access.database.read(_SYSTEM) as session:
        user = (await session.scalars(select(UserRow).where(func.lower(UserRow.email) == EMAIL))).one()
    scope = Scope(dict.fromkeys(NAMES, EVERY_COMPANY))
    actor = Actor(id=user.id, kind=ActorKind.USER, name=user.name, scope=scope)
    async with access.database.work(actor) as work:
        return (await create_api_key(CreateApiKey(name="First key"), work)).secret
