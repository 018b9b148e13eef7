"""The settings of the gateway, read from GATEWAY_... variables."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, Json, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from chassis.settings import Addresses, BrokerAddress, Host, LogLevel, LogStyle, Origin, Seconds
from chassis.trace_export import TracingSettings
from gateway.http.listeners import MOST, MOST_EACH
from gateway.http.request import BodyLimits
from gateway.identity.oidc.options import Issuers, Providers, SealingKeys
from gateway.operation import OperationLimits

_ROOT = Path(__file__).parent.parent
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_LIMITS: Final = OperationLimits()
_BODIES: Final = BodyLimits()
_INSECURE: Final = (
    "must be https, because browsers send session cookies there; "
    "on a network you trust set GATEWAY_ALLOW_INSECURE_COOKIES to true"
)


class GatewaySettings(TracingSettings):
    """`public_url` is where callers find it, 0 seconds mean never; docs/operating.md explains all."""

    signing_key: str
    allow_insecure_cookies: bool = False  # before public_url, whose check asks for it
    public_url: str = "http://127.0.0.1:8000"
    store_origin: Origin | None = None
    supergraph: Path = _ROOT / "gateway" / "supergraph.graphql"
    supergraph_poll_seconds: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    trusted_documents: Path | None = None
    assets: Path = _ROOT / "web" / "assets"
    amqp_url: BrokerAddress | None = None
    host: Host = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_535)
    metrics_host: Host = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=1, le=65_535)
    log_style: LogStyle = "json"
    log_level: LogLevel = "info"
    request_seconds: Seconds = 30.0
    fetch_seconds: Seconds = 10.0
    drain_seconds: float = Field(default=10.0, ge=0.0, allow_inf_nan=False)
    limit_body: int = Field(default=_BODIES.any, ge=1_000)
    limit_mutation_body: int = Field(default=_BODIES.mutation, ge=1_000)
    limit_tokens: int = Field(default=_LIMITS.tokens, ge=1)
    limit_depth: int = Field(default=_LIMITS.depth, ge=1)
    limit_introspection_depth: int = Field(default=_LIMITS.introspection_depth, ge=1)
    limit_aliases: int = Field(default=_LIMITS.aliases, ge=0)
    limit_directives: int = Field(default=_LIMITS.directives, ge=0)
    limit_root_fields: int = Field(default=_LIMITS.root_fields, ge=1)
    limit_fields: int = Field(default=_LIMITS.fields, ge=1)
    limit_values: int = Field(default=_LIMITS.values, ge=1)
    limit_cost: int = Field(default=_LIMITS.cost, ge=1)
    limit_cost_per_minute: int = Field(default=1_000_000, ge=1)
    limit_listeners: int = Field(default=MOST, ge=1)
    limit_listeners_per_caller: int = Field(default=MOST_EACH, ge=1)
    refuse_whole_operations: bool = False
    override_labels: Json[frozenset[str]] = Field(default_factory=frozenset)
    peers: Addresses = Field(default_factory=dict)
    sealing_keys: SealingKeys = None  # before oidc_providers, which need it
    oidc_providers: Providers = ()
    trusted_issuers: Issuers = ()

    def address(self, service: str) -> str:
        """From `peers`, a JSON object of names and addresses; else the name is taken for the host."""
        return self.peers.get(service, f"http://{service}")

    @property
    def operation_limits(self) -> OperationLimits:
        """What one operation may have at most; what has no setting is as it is everywhere."""
        return OperationLimits(
            tokens=self.limit_tokens,
            depth=self.limit_depth,
            introspection_depth=self.limit_introspection_depth,
            aliases=self.limit_aliases,
            directives=self.limit_directives,
            root_fields=self.limit_root_fields,
            fields=self.limit_fields,
            values=self.limit_values,
            cost=self.limit_cost,
        )

    @property
    def secure_cookies(self) -> bool:
        """Browsers take secure cookies from https, and from this machine."""
        return _keeps_cookies_safe(self.public_url)

    @field_validator("public_url")
    @classmethod
    def _is_safe_or_allowed(cls, given: str, others: ValidationInfo) -> str:
        if urlsplit(given).scheme not in {"http", "https"} or not urlsplit(given).hostname:
            raise PydanticCustomError("address", "must be an address such as https://registry.example.org")
        if not _keeps_cookies_safe(given) and not others.data.get("allow_insecure_cookies"):
            raise PydanticCustomError("insecure", _INSECURE)
        return given

    @field_validator("oidc_providers")
    @classmethod
    def _has_a_key(cls, given: Providers, others: ValidationInfo) -> Providers:
        if given and not others.data.get("sealing_keys"):
            raise PydanticCustomError("keyless", "needs GATEWAY_SEALING_KEYS, which sealed notes are encrypted with")
        return given

    @field_validator("trusted_issuers")
    @classmethod
    def _takes_no_id_tokens(cls, given: Issuers, others: ValidationInfo) -> Issuers:
        clients = {(each.issuer, each.client_id) for each in others.data.get("oidc_providers", ())}
        if any((each.issuer, each.audience) in clients and each.typ != "at+jwt" for each in given):
            raise PydanticCustomError("confused", "an audience that is a client_id would let ID tokens in")
        return given


def _keeps_cookies_safe(address: str) -> bool:
    url = urlsplit(address)
    return url.scheme == "https" or url.hostname in _LOOPBACK
