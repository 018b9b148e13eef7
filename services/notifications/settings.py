"""The settings of this service, read from NOTIFICATIONS_... variables."""

from chassis.runtime import ServiceSettings


class NotificationsSettings(ServiceSettings):
    """Nothing beyond what every service has."""
