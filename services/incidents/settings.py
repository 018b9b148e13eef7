"""The settings of this service, read from INCIDENTS_... variables."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from chassis.runtime import Runtime, ServiceSettings
from services.incidents.domain.deletion import SHORTEST_RETENTION

_USUAL_RETENTION = 365


class IncidentsSettings(ServiceSettings):
    """`narrative_translation` lets texts of incidents be sent to a machine that translates; docs/translation.md.

    `retention_days` after its deletion an incident is purged; docs/operating.md.
    """

    narrative_translation: bool = False
    retention_days: Annotated[int, Field(ge=SHORTEST_RETENTION, le=36_500)] = _USUAL_RETENTION


def retention_of(runtime: Runtime) -> timedelta:
    """How long after its deletion an incident is purged."""
    settings = runtime.settings
    return timedelta(days=settings.retention_days if isinstance(settings, IncidentsSettings) else _USUAL_RETENTION)
