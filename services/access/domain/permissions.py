"""The one catalogue of permissions: what each allows, in words for administrators.

Each is separate: to edit does not imply to delete. docs/permissions.md is generated from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from chassis.access import Actor, Companies, union
from chassis.errors import Invalid

MANAGE: Final = "access.manage"
AUDIT: Final = "audit.read"
VIEW_INCIDENTS: Final = "incident.view"
ADD_INCIDENTS: Final = "incident.add"
METRICS: Final = "metrics.read"
SEE_UNITS: Final = (MANAGE, VIEW_INCIDENTS, ADD_INCIDENTS, METRICS)  # each shows departments, sites and teams


@dataclass(frozen=True, slots=True)
class Permission:
    name: str
    description: str


CATALOGUE: Final = (
    Permission(VIEW_INCIDENTS, "See the incidents of the company: in lists, by number, in figures, feeds and search."),
    Permission(ADD_INCIDENTS, "Register incidents of the company."),
    Permission("incident.edit", "Change an incident's fields and move it between statuses that are not final."),
    Permission("incident.delete", "Delete an incident; its history and its number are kept."),
    Permission("incident.close", "Move an incident to a final status."),
    Permission("incident.reopen", "Move an incident out of a final status."),
    Permission("incident.send_mail", "Send mails about an incident."),
    Permission("incident.export", "Take incidents out as a file."),
    Permission(
        "incident.view_restricted",
        "See all restricted incidents of the company, without being one of their members; takes `incident.view` too.",
    ),
    Permission(
        "directory.manage",
        "Change classifications, types, statuses, severities and all other coded lists, see how often they are used, "
        "and set what incidents of the company have to tell before they go on; "
        "with it in every company, also those that every company has, and the locales.",
    ),
    Permission("translation.review", "Approve or correct translations of directory entries."),
    Permission(
        MANAGE,
        "Manage the company, its departments, sites and teams, its users, groups and API keys; "
        "with it in every company, also create companies.",
    ),
    Permission("webhook.manage", "Set up where events of the company are sent to."),
    Permission(AUDIT, "Read who did what in the company."),
    Permission(METRICS, "See the company's figures."),
)
NAMES: Final = frozenset(permission.name for permission in CATALOGUE)


def sees_units(actor: Actor) -> Companies:
    """The companies whose departments, sites and teams the actor sees."""
    return union(*(actor.companies(permission) for permission in SEE_UNITS))


def known(names: Iterable[str], *, field: tuple[str, ...]) -> list[str]:
    """The names in order, without repetitions. Raises Invalid naming those that are not in the catalogue."""
    found = sorted(set(names))
    if unknown := [name for name in found if name not in NAMES]:
        raise Invalid(f"No such permission: {', '.join(unknown)}. docs/permissions.md lists all.", field=field)
    return found


def catalogue_page() -> str:
    """The catalogue as a page of Markdown."""
    rows = [f"| `{permission.name}` | {permission.description} |" for permission in CATALOGUE]
    return "\n".join([_HEAD, "| permission | what it allows |", "|---|---|", *rows, ""])


_HEAD = """\
# Permissions

A group has permissions and a list of companies, or every company. What a user may do is, per permission, the union of
the companies of the user's groups that carry it. What is not granted does not exist for the user: absent and forbidden
answer alike.

Nobody grants what they do not hold: who changes a group holds `access.manage` in all its companies, and each
permission that is given away in each company where it is given.

This page is generated from `services/access/domain/permissions.py` by `make schema`.
"""
