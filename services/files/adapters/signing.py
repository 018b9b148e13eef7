"""Signed addresses of an S3 store: AWS Signature Version 4, all of it in the query.

Who has such an address cannot alter what the signature covers: the method, the host, the path, each parameter of the
query, the time it ends, and those headers that were signed with it, which must then be sent as they were signed.
The content is not covered, unless by a signed header with its checksum.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, urlsplit

LONGEST: Final = 7 * 24 * 60 * 60  # seconds that an address may be good for
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_USUAL_PORTS: Final = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """One pair of keys in one region."""

    access_key: str
    secret_key: str = field(repr=False)
    region: str

    def signed(
        self,
        method: str,
        endpoint: str,
        path: str,
        *,
        seconds: int,
        query: Mapping[str, str] = _NOTHING,
        headers: Mapping[str, str] = _NOTHING,
        now: datetime | None = None,
    ) -> str:
        """The address of `path` (as it is, not percent-encoded) at `endpoint`, good for so many seconds.

        `headers` have to be sent with it. Raises ValueError for a time that no store takes.
        """
        if not 0 < seconds <= LONGEST:
            raise ValueError(f"an address is good for 1 to {LONGEST} seconds, not {seconds}")
        parts = urlsplit(endpoint)
        time = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{time[:8]}/{self.region}/s3/aws4_request"
        bound = {"host": _host(parts.netloc, parts.scheme), **{k.lower(): _one_line(v) for k, v in headers.items()}}
        asked = {
            **query,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{self.access_key}/{scope}",
            "X-Amz-Date": time,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": ";".join(sorted(bound)),
        }
        whole = parts.path + quote(path, safe="/")
        request = _canonical(method, whole, _query(asked), bound)
        signature = self._signature(f"{_ALGORITHM}\n{time}\n{scope}\n{_digest(request)}", scope)
        return f"{parts.scheme}://{bound['host']}{whole}?{_query(asked)}&X-Amz-Signature={signature}"

    def _signature(self, text: str, scope: str) -> str:
        key = f"AWS4{self.secret_key}".encode()
        for word in scope.split("/"):
            key = _keyed(key, word)
        return _keyed(key, text).hex()


def _canonical(method: str, path: str, query: str, headers: Mapping[str, str]) -> str:
    """The request as both sides write it down, to the letter."""
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    return "\n".join((method, path, query, lines, ";".join(sorted(headers)), "UNSIGNED-PAYLOAD"))


def _query(parameters: Mapping[str, str]) -> str:
    """In the order of the encoded names, which is not that of the whole text."""
    encoded = sorted((quote(name, safe=""), quote(value, safe="")) for name, value in parameters.items())
    return "&".join(f"{name}={value}" for name, value in encoded)


def _host(netloc: str, scheme: str) -> str:
    """As clients send it: in small letters, without the port that the scheme has anyway."""
    return netloc.rpartition("@")[2].lower().removesuffix(_USUAL_PORTS[scheme])


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
