"""The settings of this service, read from INCIDENTS_... variables."""

from chassis.runtime import ServiceSettings


class IncidentsSettings(ServiceSettings):
    """`narrative_translation` lets texts of incidents be sent to a machine that translates; docs/translation.md."""

    narrative_translation: bool = False
