"""Whom files belong to, and what it takes to change those of each kind of owner.

Who sees them is told in persistence/owners.py. One more kind is an entry here and one there, and a migration of walls.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from chassis.access import EVERY_COMPANY, Actor, within
from chassis.errors import Denied, Invalid
from services.files.domain import permissions
from services.files.domain.files import FileKind


class OwnerKind(StrEnum):
    INCIDENT = "INCIDENT"
    COMPANY = "COMPANY"
    GUIDE_PAGE = "GUIDE_PAGE"


@dataclass(frozen=True, slots=True)
class Owner:
    kind: OwnerKind
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`change` is the permission to upload, to edit, and to delete what one uploaded oneself; `delete` is for the rest.

    `name` is what an owner is called in sentences, `field` the input that names one.
    """

    name: str
    field: str
    change: str
    delete: str
    kinds: frozenset[FileKind] = frozenset({FileKind.ATTACHMENT})

    @property
    def absent(self) -> str:
        return f"The {self.name} was"


RULES: Final[Mapping[OwnerKind, Rule]] = {
    OwnerKind.INCIDENT: Rule(
        name="incident",
        field="incident_id",
        change=permissions.EDIT,
        delete=permissions.DELETE,
        kinds=frozenset(FileKind),
    ),
    OwnerKind.COMPANY: Rule(name="company", field="company_id", change=permissions.MANAGE, delete=permissions.MANAGE),
    OwnerKind.GUIDE_PAGE: Rule(
        name="page of the guide", field="guide_page_id", change=permissions.GUIDE, delete=permissions.GUIDE
    ),
}


class NeedsEveryCompany(Denied):
    """What belongs to no company is everybody's."""

    def __init__(self, permission: str, *, field: tuple[str, ...] = ()) -> None:
        super().__init__(permission, field=field)
        self.message = f"This belongs to everybody: changing it needs the permission {permission} in every company."


def may(actor: Actor, permission: str, company: UUID | None) -> bool:
    held = actor.companies(permission)
    return held is EVERY_COMPANY if company is None else within(held, company)


def require(actor: Actor, permission: str, company: UUID | None, *, field: str) -> None:
    """For what the actor sees. Raises Denied."""
    if not may(actor, permission, company):
        raise NeedsEveryCompany(permission, field=(field,)) if company is None else Denied(permission, field=(field,))


def registry(name: str, company: UUID | None) -> Actor:
    """The service itself, as far as what it works on reaches."""
    return Actor.system(name, EVERY_COMPANY if company is None else {company})


def require_kind(kind: FileKind, rule: Rule, *, field: tuple[str, ...]) -> None:
    """Raises Invalid."""
    if kind not in rule.kinds:
        allowed = ", ".join(sorted(rule.kinds))
        raise Invalid(f"Files of a {rule.name} are of the kind {allowed}.", field=field)


def tells_people(actor: Actor, kind: OwnerKind, company: UUID | None) -> bool:
    """Whether the actor is told by name who handled a file: of the guide, which all read, only who manages the page."""
    return kind is not OwnerKind.GUIDE_PAGE or may(actor, permissions.GUIDE, company)
