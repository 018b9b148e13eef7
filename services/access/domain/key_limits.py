"""How far an API key goes: never further than its user, and less far where it is limited."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from chassis.access import EVERY_COMPANY, Companies, Everywhere, Scope
from chassis.errors import ErrorCode, Refusal
from services.access.domain.rights import covers


class BeyondKey(Refusal):
    """Whoever acts by a limited key cannot do what would outlast or outgrow it."""

    code = ErrorCode.DENIED

    def __init__(self, *, field: tuple[str, ...] = ()) -> None:
        super().__init__(
            "This goes beyond the limits of the API key you use; sign in, or use a key without.", field=field
        )


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """None is no limit."""

    permissions: frozenset[str] | None = None
    companies: frozenset[UUID] | None = None

    @classmethod
    def of(cls, permissions: Iterable[str] | None, companies: Iterable[UUID] | None) -> Self:
        return cls(
            None if permissions is None else frozenset(permissions), None if companies is None else frozenset(companies)
        )

    def within(self, other: "KeyLimits") -> bool:
        """Whether a key so limited can do no more than one limited as `other`."""
        named = other.permissions is None or (self.permissions is not None and self.permissions <= other.permissions)
        return named and covers(_anywhere(other.companies), _anywhere(self.companies))

    def applied(self, scope: Scope) -> Scope:
        """What is left of the user's rights."""
        held = {
            name: _both(companies, _anywhere(self.companies))
            for name, companies in scope.permissions.items()
            if self.permissions is None or name in self.permissions
        }
        return Scope({name: companies for name, companies in held.items() if companies})


NO_LIMITS: Final = KeyLimits()
NARROWED: Final = UUID(int=0)  # stands for a token of somebody else's that gives less than its user's rights


def _anywhere(companies: frozenset[UUID] | None) -> Companies:
    return EVERY_COMPANY if companies is None else companies


def _both(one: Companies, other: Companies) -> Companies:
    if isinstance(one, Everywhere):
        return other
    return one if isinstance(other, Everywhere) else one & other
