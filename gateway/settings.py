"""The settings of the gateway, read from GATEWAY_... variables."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, Json, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from chassis.settings import Settings

_ROOT = Path(__file__).parent.parent
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_INSECURE: Final = (
    "must be https, because browsers send session cookies there; "
    "on a network you trust set GATEWAY_ALLOW_INSECURE_COOKIES to true"
)


class GatewaySettings(Settings):
    """`public_url` is where callers find it; docs/operating.md explains all."""

    signing_key: str
    allow_insecure_cookies: bool = False  # before public_url, whose check asks for it
    public_url: str = "http://127.0.0.1:8000"
    supergraph: Path = _ROOT / "gateway" / "supergraph.graphql"
    assets: Path = _ROOT / "web" / "assets"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_535)
    log_style: str = "json"
    log_level: str = "info"
    request_seconds: float = 30.0
    fetch_seconds: float = 10.0
    peers: Json[dict[str, str]] = Field(default_factory=dict)

    def address(self, service: str) -> str:
        """From `peers`, a JSON object of names and addresses; else the name is taken for the host."""
        return self.peers.get(service, f"http://{service}")

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


def _keeps_cookies_safe(address: str) -> bool:
    url = urlsplit(address)
    return url.scheme == "https" or url.hostname in _LOOPBACK
