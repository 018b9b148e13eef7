"""Who may change a group: who manages all its companies, giving away only what they hold there themselves."""

from collections.abc import Collection

from chassis.access import Actor, Companies
from chassis.errors import Denied
from services.access.domain.permissions import MANAGE
from services.access.domain.rights import first_lacking


def require_management(actor: Actor, companies: Companies) -> None:
    """Raises Denied unless the actor manages access in all of `companies`."""
    if first_lacking(actor, [MANAGE], companies) is not None:
        raise Denied(MANAGE, field=("companies",))


def require_holding(actor: Actor, permissions: Collection[str], companies: Companies) -> None:
    """Raises Denied naming a permission that the actor would give away without holding it in all of `companies`."""
    lacking = first_lacking(actor, permissions, companies)
    if lacking is not None:
        raise Denied(lacking, field=("permissions",))
