"""What an administrator of some may do to others: give away what they hold, and act for those who hold no more."""

from collections.abc import Collection
from uuid import UUID

from chassis.access import Actor, Companies
from chassis.database import UnitOfWork
from chassis.errors import Denied, ErrorCode, Refusal
from services.access.domain.key_limits import NO_LIMITS, BeyondKey
from services.access.domain.permissions import MANAGE
from services.access.domain.rights import first_beyond, first_lacking, rights
from services.access.persistence.api_keys import limits_of
from services.access.persistence.groups import all_grants_of
from services.access.persistence.users import Users


class LessThanTheUser(Refusal):
    """Somebody may do more than who would act for them. It is not told what, nor where: that may be out of sight."""

    code = ErrorCode.DENIED

    def __init__(self, *, field: tuple[str, ...] = ()) -> None:
        super().__init__(
            "This user may do more than you: it takes somebody who holds all of the user's rights.", field=field
        )


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
    """Raises NotFound for a user out of sight, else as `require_rights_over`."""
    if not work.actor.companies(MANAGE):
        raise Denied(MANAGE, field=(field,))
    await Users(work.session, work.actor).get(user_id, field)
    await require_rights_over(user_id, work, field=field)


async def require_rights_over(user_id: UUID, work: UnitOfWork, *, field: str) -> None:
    """Raises Denied for who manages no access, LessThanTheUser for who lacks a right that the user has anywhere."""
    if not work.actor.companies(MANAGE):
        raise Denied(MANAGE, field=(field,))
    if first_beyond(work.actor, rights(await all_grants_of(user_id, work))) is not None:
        raise LessThanTheUser(field=(field,))


async def companies_of(user_id: UUID, work: UnitOfWork) -> Companies:
    """Where the user may do anything: what happens to the user concerns these companies."""
    if user_id == work.actor.id:
        return work.actor.anywhere()
    return rights(await all_grants_of(user_id, work)).anywhere()


async def require_own_hand(work: UnitOfWork) -> None:
    """Raises BeyondKey for who acts by a limited key: it must not change what its user is, or how they sign in."""
    if await limits_of(work.actor.credential, work.session) != NO_LIMITS:
        raise BeyondKey
