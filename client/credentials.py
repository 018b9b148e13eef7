"""Where the server is and who asks: the address and the API key, never taken from the command line's arguments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from client.errors import InputProblem

DEFAULT_URL = "http://127.0.0.1:8000/graphql"
KEY_VARIABLE = "REGISTRY_API_KEY"
URL_VARIABLE = "REGISTRY_URL"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Server:
    """The address of the graph and the key to it; printing it does not show the key."""

    url: str
    api_key: str = field(repr=False)

    @property
    def readable_on_the_way(self) -> bool:
        """Whether the key would cross a network unencrypted."""
        parts = urlsplit(self.url)
        return parts.scheme == "http" and parts.hostname not in _LOOPBACK


def find_server(url: str | None, key_file: Path | None, environment: Mapping[str, str]) -> Server:
    """Raises InputProblem when the address is not one, or when no usable key is found."""
    return Server(_address(url or environment.get(URL_VARIABLE) or DEFAULT_URL), _api_key(key_file, environment))


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise InputProblem(f"{url!r} is not the address of a graph; give one like {DEFAULT_URL} with --url.")
    if parts.username or parts.password:
        raise InputProblem("The address carries a user or password; leave them out, the API key is enough.")
    return url


def _api_key(key_file: Path | None, environment: Mapping[str, str]) -> str:
    key = _read(key_file) if key_file is not None else environment.get(KEY_VARIABLE, "").strip()
    if not key:
        raise InputProblem(f"No API key: set {KEY_VARIABLE}, or name a file that holds it with --api-key-file.")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise InputProblem("The API key holds characters no key has; copy it again, it is one word like ir_...")
    return key


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputProblem(f"The API key file {path} cannot be read: {error}") from error
