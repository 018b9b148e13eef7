"""The settings of this service, read from ACCESS_... variables."""

from datetime import timedelta

from pydantic import Field

from chassis.runtime import ServiceSettings


class AccessSettings(ServiceSettings):
    """A session ends so long after its last use, and at the latest so long after the sign-in."""

    session_idle_minutes: int = Field(default=60, ge=1)
    session_hours: int = Field(default=12, ge=1)

    @property
    def session_idle(self) -> timedelta:
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def session_lifetime(self) -> timedelta:
        return timedelta(hours=self.session_hours)
