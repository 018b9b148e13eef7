"""All services of the registry; this folder is the only place that knows every one of them."""

from chassis.commandline import Service
from services.access.__main__ import SERVICE as ACCESS
from services.directories.__main__ import SERVICE as DIRECTORIES
from services.files.__main__ import SERVICE as FILES
from services.incidents.__main__ import SERVICE as INCIDENTS
from services.notifications.__main__ import SERVICE as NOTIFICATIONS

SERVICES: tuple[Service, ...] = (ACCESS, DIRECTORIES, INCIDENTS, FILES, NOTIFICATIONS)
DEPLOYABLES = (*(service.name for service in SERVICES), "gateway")
