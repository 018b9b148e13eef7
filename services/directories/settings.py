"""The settings of this service, read from DIRECTORIES_... variables."""

from pydantic import field_validator

from chassis.runtime import ServiceSettings
from services.directories.domain.locales import canonical


class DirectoriesSettings(ServiceSettings):
    """`default_locale` (BCP 47) is the language of what a reader's own languages have no translation for."""

    default_locale: str = "en"

    @field_validator("default_locale")
    @classmethod
    def _known(cls, value: str) -> str:
        return canonical(value)
