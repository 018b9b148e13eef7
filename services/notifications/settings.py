"""The settings of this service, read from NOTIFICATIONS_... variables."""

from collections.abc import Mapping
from typing import Final

from pydantic import Field

from chassis.runtime import ServiceSettings
from chassis.settings import Address, BrokerAddress, Settings, load, variables

_PREFIX: Final = "NOTIFICATIONS"


class NotificationsSettings(ServiceSettings):
    """docs/operating.md explains them."""

    feed_days: int = Field(default=30, ge=1, le=3650)


class OutsideSettings(Settings):
    """Where the command `outside` finds the broker, and its management API if there is one."""

    amqp_url: BrokerAddress
    amqp_management_url: Address | None = None


def outside_settings(environment: Mapping[str, str]) -> OutsideSettings:
    """Beside the variables of the service, or alone. Raises SettingsError."""
    others = set(variables(NotificationsSettings, _PREFIX)) - set(variables(OutsideSettings, _PREFIX))
    return load(OutsideSettings, _PREFIX, {name: environment[name] for name in environment if name not in others})
