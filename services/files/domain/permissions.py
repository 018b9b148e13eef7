"""The permissions that this service asks for; access has the catalogue of all."""

from typing import Final

from chassis.access import Actor, Companies, union

VIEW: Final = "incident.view"
VIEW_RESTRICTED: Final = "incident.view_restricted"
EDIT: Final = "incident.edit"
DELETE: Final = "incident.delete"
MANAGE: Final = "access.manage"
GUIDE: Final = "directory.manage"


def sees_documents(actor: Actor) -> Companies:
    """The companies whose documents the actor sees: who works there with incidents, and who looks after it."""
    return union(actor.companies(VIEW), actor.companies(MANAGE))
