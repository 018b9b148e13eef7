"""The settings of the gateway, read from GATEWAY_... variables."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, Json, model_validator

from chassis.settings import Settings

_ROOT = Path(__file__).parent.parent
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class GatewaySettings(Settings):
    """`public_url` is where callers find it; docs/operating.md explains all."""

    signing_key: str
    public_url: str = "http://127.0.0.1:8000"
    allow_insecure_cookies: bool = False
    supergraph: Path = _ROOT / "gateway" / "supergraph.graphql"
    assets: Path = _ROOT / "web" / "assets"
    host: str = "127.0.0.1"
    port: int = 8000
    log_style: str = "json"
    log_level: str = "info"
    request_seconds: float = 30.0
    fetch_seconds: float = 10.0
    peers: Json[dict[str, str]] = Field(default_factory=dict)

    def address(self, service: str) -> str:
        """From `peers`, a JSON object of names and addresses; else the name is taken for the host."""
        return self.peers.get(service, f"http://{service}")

    @model_validator(mode="after")
    def _cookies_are_safe(self) -> "GatewaySettings":
        url = urlsplit(self.public_url)
        if url.scheme != "https" and url.hostname not in _LOOPBACK and not self.allow_insecure_cookies:
            raise ValueError(
                "public_url must be https, because browsers send session cookies there; "
                "on a network you trust set allow_insecure_cookies to true"
            )
        return self
