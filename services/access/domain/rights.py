"""What follows from groups: the rights of their members, and what an administrator may give away."""

from collections.abc import Iterable
from dataclasses import dataclass

from chassis.access import Actor, Companies, Everywhere, Scope, union


@dataclass(frozen=True, slots=True)
class Grant:
    """What one group gives to each of its members."""

    permissions: frozenset[str]
    companies: Companies


def rights(grants: Iterable[Grant]) -> Scope:
    """Per permission the union of the companies of the groups that carry it."""
    given = tuple(grants)
    names = {name for grant in given for name in grant.permissions}
    held = {name: union(*(grant.companies for grant in given if name in grant.permissions)) for name in names}
    return Scope({name: companies for name, companies in held.items() if companies})


def covers(held: Companies, wanted: Companies) -> bool:
    if isinstance(held, Everywhere):
        return True
    return not isinstance(wanted, Everywhere) and wanted <= held


def first_lacking(actor: Actor, permissions: Iterable[str], companies: Companies) -> str | None:
    """The first of `permissions` that `actor` does not hold in all of `companies`: what may not be given away."""
    return next((name for name in sorted(permissions) if not covers(actor.companies(name), companies)), None)


def first_beyond(actor: Actor, scope: Scope) -> str | None:
    """The first permission by which `scope` reaches further than `actor` does."""
    return next(
        (name for name in sorted(scope.permissions) if not covers(actor.companies(name), scope.companies(name))), None
    )
