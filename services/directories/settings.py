"""The settings of this service, read from DIRECTORIES_... variables."""

from pydantic import Field, field_validator

from chassis.locales import canonical
from chassis.runtime import ServiceSettings
from chassis.settings import Address, Seconds


class DirectoriesSettings(ServiceSettings):
    """`default_locale` (BCP 47) is the language of what a reader's own languages have no translation for.

    Translation by machine is off unless the `translation_...` say whom to ask; docs/translation.md explains them.
    """

    default_locale: str = "en"
    translation_url: Address | None = None
    translation_key: str | None = Field(default=None, min_length=1, pattern=r"^[!-~]+$")
    translation_model: str | None = Field(default=None, min_length=1)
    translation_seconds: Seconds = 120.0

    @field_validator("default_locale")
    @classmethod
    def _known(cls, value: str) -> str:
        return canonical(value)

    @property
    def translation_lacks(self) -> tuple[str, ...]:
        """The variables without which nothing is translated; a key is not needed everywhere."""
        needed = {"URL": self.translation_url, "MODEL": self.translation_model}
        return tuple(f"DIRECTORIES_TRANSLATION_{name}" for name, value in needed.items() if value is None)
