"""The permissions that this service asks for; access has the catalogue of all."""

from typing import Final

VIEW: Final = "incident.view"
SEND_MAIL: Final = "incident.send_mail"
MANAGE: Final = "directory.manage"
VIEW_RESTRICTED: Final = "incident.view_restricted"
WEBHOOKS: Final = "webhook.manage"
SEE_UNITS: Final = ("access.manage", VIEW, "incident.add", "metrics.read")
"""Each shows the departments, sites and teams of its companies."""
