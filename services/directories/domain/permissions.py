"""The permissions that this service asks for; access has the catalogue of all."""

from typing import Final
from uuid import UUID

from chassis.access import EVERY_COMPANY, Actor, within
from chassis.errors import Denied, NotFound

MANAGE: Final = "directory.manage"
REVIEW: Final = "translation.review"


class NeedsEveryCompany(Denied):
    """Entries hold for every company, so whoever changes them must hold the permission in every company."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.message = f"Entries hold for every company: this needs the permission {permission} in every company."


def require_manager(
    actor: Actor, company: UUID | None = None, *, what: str = "The company was", field: str = "company"
) -> None:
    """For entries of everybody, or of `company`. Raises NeedsEveryCompany, Denied, or NotFound out of sight."""
    if company is None and actor.companies(MANAGE) is not EVERY_COMPANY:
        raise NeedsEveryCompany(MANAGE)
    if company is not None and not actor.may(MANAGE, company):
        raise Denied(MANAGE) if within(actor.anywhere(), company) else NotFound(what, field=(field,))
