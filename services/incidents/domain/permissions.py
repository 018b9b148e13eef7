"""The permissions that this service asks for; access has the catalogue of all."""

from typing import Final

VIEW: Final = "incident.view"
VIEW_RESTRICTED: Final = "incident.view_restricted"
ADD: Final = "incident.add"
EDIT: Final = "incident.edit"
DELETE: Final = "incident.delete"
CLOSE: Final = "incident.close"
REOPEN: Final = "incident.reopen"
MANAGE_GATES: Final = "directory.manage"  # gates are a rule of the statuses
