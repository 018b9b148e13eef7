"""The settings of this service, read from INCIDENTS_... variables."""

from chassis.runtime import ServiceSettings


class IncidentsSettings(ServiceSettings):
    """Nothing beyond what every service has."""
