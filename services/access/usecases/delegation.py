"""What an administrator of some may do to others: give away what they hold, and act for those who hold no more."""

from collections.abc import Collection
from uuid import UUID

from chassis.access import Actor, Companies
from chassis.database import UnitOfWork
from chassis.errors import Denied
from services.access.domain.permissions import MANAGE
from services.access.domain.rights import first_beyond, first_lacking, rights
from services.access.persistence.groups import grants_of
from services.access.persistence.users import Users


def require_management(actor: Actor, companies: Companies) -> None:
    """Raises Denied unless the actor manages access in all of `companies`."""
    if first_lacking(actor, [MANAGE], companies) is not None:
        raise Denied(MANAGE, field=("companies",))


def require_holding(actor: Actor, permissions: Collection[str], companies: Companies) -> None:
    """Raises Denied naming a permission that the actor would give away without holding it in all of `companies`."""
    lacking = first_lacking(actor, permissions, companies)
    if lacking is not None:
        raise Denied(lacking, field=("permissions",))


async def require_power_over(user_id: UUID, work: UnitOfWork, *, field: str) -> None:
    """Raises NotFound for a user out of sight, Denied unless the actor manages access and holds all of their rights."""
    if not work.actor.companies(MANAGE):
        raise Denied(MANAGE, field=(field,))
    await Users(work.session, work.actor).get(user_id, field)
    beyond = first_beyond(work.actor, rights(await grants_of(user_id, work.session)))
    if beyond is not None:
        raise Denied(beyond, field=(field,))


async def companies_of(user_id: UUID, work: UnitOfWork) -> Companies:
    """Where the user may do anything: what happens to the user concerns these companies."""
    if user_id == work.actor.id:
        return work.actor.anywhere()
    return rights(await grants_of(user_id, work.session)).anywhere()
