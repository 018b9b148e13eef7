"""Settings from the environment, checked as a whole before anything starts.

A setting `port` of the deployable `incidents` is read from INCIDENTS_PORT, or from the file that INCIDENTS_PORT_FILE
names, which is how secrets are handed over. A variable with the prefix that is no setting is refused: a typing slip.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Json, ValidationError
from pydantic_core import ErrorDetails

from chassis.broker.addresses import split_addresses

_FILE = "_FILE"
_NEAR = 0.79  # _PROT is as near to _PORT


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


def _origin(given: str) -> str:
    """As browsers send it. Raises ValueError."""
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or given != f"{parts.scheme}://{parts.netloc}":
        raise ValueError("an origin is like https://registry.example.org, without a slash at its end")
    return given.lower()


BrokerAddress: TypeAlias = Annotated[str, AfterValidator(_broker_address)]
Address: TypeAlias = Annotated[str, AfterValidator(_base_address)]
Origin: TypeAlias = Annotated[str, AfterValidator(_origin)]
Addresses: TypeAlias = Json[dict[str, Address]]
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
    try:
        return settings.model_validate(_values(settings, prefix, environment))
    except ValidationError as error:
        raise SettingsError(_one_line(error.errors(), settings, prefix)) from None


def check(settings: type[Settings], prefix: str, environment: Mapping[str, str]) -> None:
    """Raises SettingsError as `load` does, but not for what is missing: somebody else will add it."""
    try:
        settings.model_validate(_values(settings, prefix, environment))
    except ValidationError as error:
        wrong = [problem for problem in error.errors() if problem["type"] != "missing"]
        if wrong:
            raise SettingsError(_one_line(wrong, settings, prefix)) from None


def variables(settings: type[Settings], prefix: str) -> Iterable[str]:
    """Every name under which a setting may be given."""
    for field in settings.model_fields:
        name = f"{prefix}_{field.upper()}"
        yield from (name, f"{name}{_FILE}")


def nearest(name: str, prefix: str, known: Iterable[str]) -> str | None:
    """The one of `known` that a slip of the pen turns into `name`; None when none is so near. All have the prefix."""
    by_rest = {each.removeprefix(prefix): each for each in known}
    found = get_close_matches(name.removeprefix(prefix).upper(), by_rest, n=1, cutoff=_NEAR)
    return by_rest[found[0]] if found else None


def _values(settings: type[Settings], prefix: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The text of each field. What is no field is there too, by the whole name of its variable."""
    values: dict[str, str] = {}
    for variable, value in environment.items():
        if variable.startswith(prefix + "_"):
            field, read = _read(variable.removeprefix(prefix + "_"), value, settings, prefix)
            if field in values:
                name = f"{prefix}_{field.upper()}"
                raise SettingsError(f"{name} is set twice: keep one of {name} and {name}{_FILE}")
            values[field] = read
    return values


def _read(name: str, value: str, settings: type[Settings], prefix: str) -> tuple[str, str]:
    fields = {field.upper(): field for field in settings.model_fields}
    if name in fields:
        return fields[name], value
    if not name.endswith(_FILE) or name.removesuffix(_FILE) not in fields:
        return f"{prefix}_{name}", value
    try:
        return fields[name.removesuffix(_FILE)], Path(value).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:  # what it names is not shown: it may be the secret itself, put in by mistake
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise SettingsError(f"{prefix}_{name}: cannot read the file that it names: {reason}") from None


def _one_line(problems: Iterable[ErrorDetails], settings: type[Settings], prefix: str) -> str:
    return "; ".join(
        _reason(str((*problem["loc"], "")[0]), problem["type"], problem["msg"], settings, prefix)
        for problem in problems
    )


def _reason(field: str, kind: str, message: str, settings: type[Settings], prefix: str) -> str:
    if kind == "extra_forbidden":
        meant = nearest(field, prefix, variables(settings, prefix))
        way_out = f"is {meant} meant?" if meant else "remove it, or correct its name"
        return f"{field} is no setting: {way_out} (docs/operating.md lists all)"
    variable = f"{prefix}_{field.upper()}".rstrip("_")
    if kind == "missing":
        return f"{variable} is not set: set it, or {variable}{_FILE} to a file that holds it"
    return f"{variable}: {' '.join(message.removeprefix('Value error, ').split())}"
