"""What the settings say of providers, where people sign in, and of issuers, whose bearer tokens count."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeAlias, TypeVar
from urllib.parse import urlsplit

import orjson
from cryptography.fernet import Fernet
from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from chassis.settings import Settings

ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_OURS: Final = frozenset(
    {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method"}
)
O = TypeVar("O", bound=Settings)  # noqa: E741  # options


def safe_address(given: str) -> str:
    """Raises ValueError for what is neither https nor on this machine, or has more than scheme, host and path."""
    url = urlsplit(given)
    safe = url.scheme == "https" or (url.scheme == "http" and url.hostname in _LOOPBACK)
    if not safe or not url.hostname or "@" in url.netloc:
        raise ValueError("an address is https://host/path, and http only on this machine")
    return given


def _issuer(given: str) -> str:
    if urlsplit(given).query or urlsplit(given).fragment:
        raise ValueError("an issuer has neither query nor fragment")
    return safe_address(given)


def _asymmetric(given: frozenset[str]) -> frozenset[str]:
    if not given or given - ALGORITHMS:
        raise ValueError(f"algorithms are some of {', '.join(sorted(ALGORITHMS))}")
    return given


Address: TypeAlias = Annotated[str, AfterValidator(safe_address)]
Issuer: TypeAlias = Annotated[str, AfterValidator(_issuer)]
Algorithms: TypeAlias = Annotated[frozenset[str], AfterValidator(_asymmetric)]
Word: TypeAlias = Annotated[str, Field(min_length=1, max_length=255)]


class ProviderOptions(Settings):
    """A place to sign in at. `groups` maps values of the claim to names or ids of groups; those alone are managed."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    title: Word
    issuer: Issuer
    client_id: Word
    client_secret: str | None = None
    client_secret_file: Path | None = None
    scopes: tuple[Word, ...] = ("openid", "profile", "email")
    parameters: Mapping[str, str] = Field(default_factory=dict)
    algorithms: Algorithms = ALGORITHMS
    create_users: bool = False
    groups_claim: Word | None = None
    groups: Mapping[str, Word] = Field(default_factory=dict)
    recheck_minutes: int = Field(default=15, ge=1, le=24 * 60)

    @property
    def secret(self) -> str | None:
        if self.client_secret_file is None:
            return self.client_secret
        return self.client_secret_file.read_text(encoding="utf-8").strip()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if "openid" not in self.scopes:
            raise ValueError("scopes must have openid")
        if self.parameters.keys() & _OURS:
            raise ValueError("parameters must not name those of the protocol itself")
        if bool(self.groups) != (self.groups_claim is not None):
            raise ValueError("groups_claim and groups go together")
        if self.client_secret_file is not None and not self.client_secret_file.is_file():
            raise ValueError("client_secret_file names no file")
        return self


class IssuerOptions(Settings):
    """Whose tokens count: those for `audience`, with the header `typ` that is named, at most so old.

    `subjects` maps subjects to the mail addresses of the users or service accounts they stand for; `by_mail` finds
    users by the token's verified address as well. `scope_claim` names the claim that narrows the user's permissions.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    issuer: Issuer
    audience: Word
    jwks_uri: Address | None = None
    jwks_file: Path | None = None
    algorithms: Algorithms = frozenset({"RS256", "PS256", "ES256", "EdDSA"})
    typ: Literal["at+jwt", "JWT"] = "at+jwt"
    authorized_parties: frozenset[Word] | None = None
    max_age_minutes: int = Field(default=24 * 60, ge=1)
    subjects: Mapping[str, Word] = Field(default_factory=dict)
    by_mail: bool = False
    scope_claim: Word | None = None

    @model_validator(mode="after")
    def _has_keys(self) -> Self:
        if self.jwks_file is not None and not self.jwks_file.is_file():
            raise ValueError("jwks_file names no file")
        return self


def _listed(kind: type[O]) -> Callable[[Any], tuple[O, ...]]:
    """Reads a JSON list of `kind`, and tells which entry and what of it is wrong, never its values."""
    adapter = TypeAdapter(tuple[kind, ...])  # type: ignore[valid-type]  # built for each kind

    def read(given: Any) -> tuple[O, ...]:
        try:
            found: tuple[O, ...] = adapter.validate_python(orjson.loads(given) if isinstance(given, str) else given)
        except orjson.JSONDecodeError:
            raise ValueError("this is no JSON") from None
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "as a whole"
            raise ValueError(f"entry {place} (counted from 0): {first['msg'].removeprefix('Value error, ')}") from None
        if len({each.name for each in found}) != len(found):  # type: ignore[attr-defined]  # both kinds have names
            raise ValueError("each name may be given once")
        return found

    return read


def _sealing_keys(given: str | None) -> str | None:
    for key in (given or "").split(",") if given is not None else ():
        try:
            Fernet(key.strip())
        except ValueError:
            raise ValueError("keys are 32 random bytes each in URL-safe base64, divided by commas") from None
    return given


Providers: TypeAlias = Annotated[tuple[ProviderOptions, ...], BeforeValidator(_listed(ProviderOptions))]
Issuers: TypeAlias = Annotated[tuple[IssuerOptions, ...], BeforeValidator(_listed(IssuerOptions))]
SealingKeys: TypeAlias = Annotated[str | None, AfterValidator(_sealing_keys)]
