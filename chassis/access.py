"""Who acts, and in which companies they hold which permission."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias
from uuid import UUID

import orjson

from chassis.errors import Denied, NotFound


class Everywhere(StrEnum):
    """The scope of a permission that holds in every company, present and future."""

    EVERY_COMPANY = "all"


EVERY_COMPANY: Final = Everywhere.EVERY_COMPANY
Companies: TypeAlias = frozenset[UUID] | Everywhere
NOWHERE: Final[frozenset[UUID]] = frozenset()


def within(companies: Companies, company: UUID) -> bool:
    return companies is EVERY_COMPANY or company in companies


def union(*sets: Companies) -> Companies:
    """Sets that are the same one stay it: they are mostly, and a new one of two thousand has to be hashed anew."""
    distinct = set(sets)
    listed = [members for members in distinct if not isinstance(members, Everywhere)]
    if len(listed) < len(distinct):
        return EVERY_COMPANY
    return listed[0] if len(listed) == 1 else frozenset[UUID]().union(*listed)


@dataclass(frozen=True, slots=True)
class Scope:
    """Per permission the companies it holds in. What is not listed is held nowhere."""

    permissions: Mapping[str, Companies]

    def companies(self, permission: str) -> Companies:
        return self.permissions.get(permission, NOWHERE)

    def anywhere(self) -> Companies:
        """The companies in which at least one permission is held."""
        return union(*self.permissions.values())

    def to_claims(self) -> dict[str, Any]:
        """Each distinct set written once: `{"sets": [[company id]], "permissions": {name: set number or "all"}}`."""
        numbers: dict[frozenset[UUID], int] = {}
        permissions: dict[str, int | str] = {}
        for name in sorted(self.permissions):
            held = self.permissions[name]
            permissions[name] = held.value if isinstance(held, Everywhere) else numbers.setdefault(held, len(numbers))
        return {"sets": [sorted(map(str, members)) for members in numbers], "permissions": permissions}

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> "Scope":
        """Raises LookupError, TypeError, ValueError or AttributeError when `claims` describe no scope."""
        sets = [frozenset(map(UUID, members)) for members in claims["sets"]]
        held: dict[str, Companies] = {
            name: EVERY_COMPANY if number == EVERY_COMPANY else _numbered(sets, number)
            for name, number in claims["permissions"].items()
        }
        return cls(held)

    def digest(self) -> str:
        """SHA-256 of the claims, in hexadecimal: equal scopes have equal digests."""
        return hashlib.sha256(orjson.dumps(self.to_claims(), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _numbered(sets: list[frozenset[UUID]], number: object) -> Companies:
    """Raises LookupError: Python would count a negative number from the end."""
    if type(number) is not int or not 0 <= number < len(sets):
        raise LookupError(number)
    return sets[number]


class ActorKind(StrEnum):
    USER = "user"
    SERVICE_ACCOUNT = "service_account"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Someone or something that reads or changes data. `locales` are BCP 47 tags, best first.

    `credential` is the id of the session or API key that was shown, where that is known.
    """

    id: UUID
    kind: ActorKind
    name: str
    scope: Scope
    locales: tuple[str, ...] = ()
    system_companies: Companies = NOWHERE
    credential: UUID | None = None

    @classmethod
    def system(cls, name: str, companies: Iterable[UUID] | Everywhere) -> "Actor":
        """The service itself, limited to the companies of what it is working on."""
        limits = companies if isinstance(companies, Everywhere) else frozenset(companies)
        return cls(id=_SYSTEM_ID, kind=ActorKind.SYSTEM, name=name, scope=Scope({}), system_companies=limits)

    def companies(self, permission: str) -> Companies:
        return self.system_companies if self.kind is ActorKind.SYSTEM else self.scope.companies(permission)

    def anywhere(self) -> Companies:
        """The companies in which the actor holds any permission at all."""
        return self.system_companies if self.kind is ActorKind.SYSTEM else self.scope.anywhere()

    def may(self, permission: str, company: UUID) -> bool:
        return within(self.companies(permission), company)

    def holds(self, permission: str) -> bool:
        """Whether the permission is held in at least one company."""
        return bool(self.companies(permission))

    def require(
        self, permission: str, company: UUID, *, what: str, seen_with: str, field: tuple[str, ...] = ()
    ) -> None:
        """Raises NotFound when `company` is out of sight (`seen_with`), Denied when only the right is missing."""
        if self.may(permission, company):
            return
        if self.may(seen_with, company):
            raise Denied(permission, field=field)
        raise NotFound(what, field=field)


_SYSTEM_ID: Final = UUID(int=0)
