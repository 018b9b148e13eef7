"""Signed addresses by which others send and fetch bytes, each good for one thing and a short time."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from services.files.adapters.disposition import content_disposition
from services.files.adapters.s3.place import Place
from services.files.adapters.stored import SignedUpload

PREVIEWS: Final = frozenset({"image/png", "image/webp"})  # what we make ourselves; all else is bytes to a browser
_BYTES: Final = "application/octet-stream"
# Who sends a file may say that it is packed (that header cannot be forbidden), and browsers would unpack what nobody
# has looked into.
_AS_IT_IS: Final = "identity"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Links:
    """To one bucket, at the address that browsers have for it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._signer = place.signer

    def upload(self, key: str, *, size: int, media_type: str, sha256: str | None, seconds: int) -> SignedUpload:
        """Once only: where something is already, the store refuses (412), so that nothing is replaced."""
        headers = {"Content-Length": str(size), "Content-Type": media_type, "If-None-Match": "*"}
        if sha256 is not None:
            headers["x-amz-checksum-sha256"] = b64encode(bytes.fromhex(sha256)).decode()
        return self._put(key, _NOTHING, headers, seconds)

    def part(self, key: str, upload_id: str, number: int, *, size: int, seconds: int) -> SignedUpload:
        """May be sent again, until the parts are put together: what came last counts."""
        query = {"partNumber": str(number), "uploadId": upload_id}
        return self._put(key, query, {"Content-Length": str(size)}, seconds)

    def download(self, key: str, *, name: str, media_type: str, seconds: int, inline: bool) -> str:
        """Raises ValueError for showing what is none of our own previews."""
        if inline and media_type not in PREVIEWS:
            raise ValueError(f"{media_type} is no preview of ours")
        query = {
            "response-cache-control": "no-store",
            "response-content-encoding": _AS_IT_IS,
            "response-content-disposition": content_disposition(name, "inline" if inline else "attachment"),
            "response-content-type": media_type if inline else _BYTES,
        }
        place = self._place
        return self._signer.signed("GET", place.public_endpoint, place.path(key), query=query, seconds=seconds)

    def _put(self, key: str, query: Mapping[str, str], headers: Mapping[str, str], seconds: int) -> SignedUpload:
        place, now = self._place, datetime.now(UTC)
        url = self._signer.signed(
            "PUT", place.public_endpoint, place.path(key), query=query, headers=headers, seconds=seconds, now=now
        )
        return SignedUpload(url=url, method="PUT", headers=headers, expires_at=now + timedelta(seconds=seconds))
