"""Settings from the environment, checked as a whole before anything starts.

A setting `port` of the deployable `incidents` is read from INCIDENTS_PORT, or from the file that INCIDENTS_PORT_FILE
names, which is how secrets are handed over. A variable with the prefix that is no setting is refused: a typing slip.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Json, ValidationError

from chassis.broker.addresses import split_addresses

_FILE = "_FILE"


def _broker_address(given: str) -> str:
    """Raises ValueError, without the address: there is a password in it."""
    if not all(map(_names_node, split_addresses(given))):
        raise ValueError(
            "the address of a broker is like amqp://user:password@10.0.0.5:5672/, "
            "and a cluster has such a whole address for each node, with commas between them"
        )
    return given


def _names_node(address: str) -> bool:
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:  # it quotes what is no port, which may be a password with a slash in it
        return False
    whole = bool(parts.hostname) and "," not in f"{parts.hostname}{parts.path}"
    return whole and parts.scheme in {"amqp", "amqps"} and port != 0


def _base_address(given: str) -> str:
    """Without a slash at its end. Raises ValueError."""
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError("an address is like http://10.0.0.5:8000")
    return given.rstrip("/")


BrokerAddress: TypeAlias = Annotated[str, AfterValidator(_broker_address)]
Addresses: TypeAlias = Json[dict[str, Annotated[str, AfterValidator(_base_address)]]]
Host: TypeAlias = Annotated[str, Field(min_length=1)]  # an empty one would listen everywhere
Seconds: TypeAlias = Annotated[float, Field(gt=0, allow_inf_nan=False)]
LogStyle: TypeAlias = Literal["json", "console"]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]


class SettingsError(Exception):
    """One line that names the variable and the way out."""


class Settings(BaseModel):
    """Shows no values when it is printed or logged: some of them are secrets."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return []


S = TypeVar("S", bound=Settings)


def load(settings: type[S], prefix: str, environment: Mapping[str, str]) -> S:
    """Builds `settings` from the variables that start with `prefix` and an underscore. Raises SettingsError."""
    given = {
        name.removeprefix(prefix + "_"): value for name, value in environment.items() if name.startswith(prefix + "_")
    }
    values: dict[str, str] = {}
    for name, value in given.items():
        field, read = _read(name, value, settings, prefix)
        if field in values:
            variable = f"{prefix}_{field.upper()}"
            raise SettingsError(f"{variable} is set twice: keep one of {variable} and {variable}{_FILE}")
        values[field] = read
    try:
        return settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_one_line(error, prefix)) from None


def _read(name: str, value: str, settings: type[Settings], prefix: str) -> tuple[str, str]:
    field = name.lower()
    if field in settings.model_fields or not name.endswith(_FILE):
        return field, value
    try:
        return name.removesuffix(_FILE).lower(), Path(value).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:  # what it names is not shown: it may be the secret itself, put in by mistake
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise SettingsError(f"{prefix}_{name}: cannot read the file that it names: {reason}") from None


def _one_line(error: ValidationError, prefix: str) -> str:
    return "; ".join(
        _reason(str((*problem["loc"], "")[0]), problem["type"], problem["msg"], prefix) for problem in error.errors()
    )


def _reason(field: str, kind: str, message: str, prefix: str) -> str:
    variable = f"{prefix}_{field.upper()}".rstrip("_")
    if kind == "missing":
        return f"{variable} is not set: set it, or {variable}{_FILE} to a file that holds it"
    if kind == "extra_forbidden":
        return f"{variable} is no setting: remove it, or correct its name (docs/operating.md lists all)"
    return f"{variable}: {' '.join(message.removeprefix('Value error, ').split())}"
