"""The settings of this service, read from NOTIFICATIONS_... variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Annotated, Final, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from chassis.runtime import ServiceSettings
from chassis.settings import Address, BrokerAddress, Settings, load, variables
from services.notifications.domain.letters import Mailbox, UnusableAddress
from services.notifications.domain.links import PLACES, Links
from services.notifications.domain.mail_account import MailAccount
from services.notifications.domain.outward_addresses import Network
from services.notifications.domain.sealing import Seal
from services.notifications.usecases.write_letter import Stationery

_PREFIX: Final = "NOTIFICATIONS"


def _sealing_keys(given: str) -> str:
    try:
        Seal(given)
    except ValueError:
        raise ValueError("keys are 32 random bytes each in URL-safe base64, divided by commas") from None
    return given


def _networks(given: object) -> object:
    """As a variable has them: `10.0.0.0/8, fd00::/8`."""
    if not isinstance(given, str):
        return given
    try:
        return tuple(ip_network(each.strip()) for each in given.split(",") if each.strip())
    except ValueError:
        raise ValueError("networks are like 10.1.0.0/16, divided by commas") from None


SealingKeys: TypeAlias = Annotated[str, AfterValidator(_sealing_keys)]
Networks: TypeAlias = Annotated[tuple[Network, ...], BeforeValidator(_networks)]


class NotificationsSettings(ServiceSettings):
    """docs/operating.md explains them. Without `smtp_url` messages wait."""

    feed_days: int = Field(default=30, ge=1, le=3650)
    sealing_keys: SealingKeys | None = None
    webhooks_allow: Networks = ()
    smtp_url: str | None = None
    mail_sender: str | None = None
    mail_per_minute: int = Field(default=60, ge=1, le=100_000)
    public_url: Address | None = None
    incident_link: str | None = None

    @field_validator("smtp_url")
    @classmethod
    def _is_an_account(cls, value: str | None) -> str | None:
        if value is not None:
            MailAccount.of(value)
        return value

    @field_validator("mail_sender")
    @classmethod
    def _is_a_mailbox(cls, value: str | None) -> str | None:
        try:
            if value is not None:
                Mailbox.parsed(value)
        except UnusableAddress:
            raise ValueError("a sender is like Incident Registry <registry@example.org>") from None
        return value

    @field_validator("incident_link")
    @classmethod
    def _leads_to_incidents(cls, value: str | None) -> str | None:
        if value is not None and not (value.startswith(("http://", "https://")) and any(p in value for p in PLACES)):
            raise ValueError("a link is like https://portal.example.org/incidents/{reference}, or has {id} in it")
        return value

    @model_validator(mode="after")
    def _has_a_sender(self) -> Self:
        if self.smtp_url is not None and self.mail_sender is None:
            raise ValueError("with NOTIFICATIONS_SMTP_URL the address that mail comes from is needed: MAIL_SENDER")
        return self

    @property
    def links(self) -> Links:
        return Links(self.incident_link, self.public_url)

    @property
    def mail(self) -> "MailSettings | None":
        """None where no mail is sent."""
        if self.smtp_url is None or self.mail_sender is None:
            return None
        sender = Mailbox.parsed(self.mail_sender)
        stationery = Stationery(sender, self.links)
        return MailSettings(MailAccount.of(self.smtp_url), stationery, self.mail_per_minute)


@dataclass(frozen=True, slots=True)
class MailSettings:
    account: MailAccount
    stationery: Stationery
    per_minute: int


class OutsideSettings(Settings):
    """Where the command `outside` finds the broker, and its management API if there is one."""

    amqp_url: BrokerAddress
    amqp_management_url: Address | None = None


def outside_settings(environment: Mapping[str, str]) -> OutsideSettings:
    """Beside the variables of the service, or alone. Raises SettingsError."""
    others = set(variables(NotificationsSettings, _PREFIX)) - set(variables(OutsideSettings, _PREFIX))
    return load(OutsideSettings, _PREFIX, {name: environment[name] for name in environment if name not in others})
