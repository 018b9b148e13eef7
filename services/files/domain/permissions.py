"""The permissions that this service asks for; access has the catalogue of all."""

from typing import Final

VIEW: Final = "incident.view"
VIEW_RESTRICTED: Final = "incident.view_restricted"
EDIT: Final = "incident.edit"
DELETE: Final = "incident.delete"
MANAGE: Final = "access.manage"
