"""From a request to the text of its document: sent whole, named by its hash, or one of those that are trusted.

    Documents
    ├── PersistedDocuments      clients send a text once, and from then on its SHA-256 (automatic persisted queries)
    └── TrustedDocuments        clients send the id of a document that was known before we were asked

A document says nothing about who asks, so what one caller has sent may be named by all.
"""

import time
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Protocol

import orjson
import structlog

from gateway.http.call import BadRequest
from gateway.http.request import SHA256_PREFIX, GraphQLRequest
from gateway.http.watched import WatchedFile
from gateway.operation import Lru

_CHARACTERS: Final = 20_000
_CHARACTERS_OF_ALL: Final = 4_000_000
_RECHECK_SECONDS: Final = 1.0
_NOT_TRUSTED: Final = "This gateway answers only documents that were published with a frontend: send the id of one."
_log = structlog.get_logger(__name__)


class DocumentRefused(BadRequest):
    """The request is well-formed, and its document is not to be had; `status` is for who asks for the newer type."""


class ManifestError(Exception):
    """The manifest of trusted documents cannot be used."""


class Documents(Protocol):
    """Raises BadRequest when there is no document to execute."""

    def text(self, asked: GraphQLRequest) -> str: ...

    def remember(self, asked: GraphQLRequest) -> None:
        """Called for requests whose document turned out to be valid."""


class PersistedDocuments:
    """At most `remembered` documents of together `most` characters; very long ones are answered and not kept."""

    def __init__(self, remembered: int = 1_000, most: int = _CHARACTERS_OF_ALL) -> None:
        self._known: Lru[str, str] = Lru(remembered, most)

    def text(self, asked: GraphQLRequest) -> str:
        if asked.query is None:
            return self._find(asked.document_id or "")
        if asked.document_id is not None and sha256(asked.query.encode()).hexdigest() != asked.document_id:
            raise BadRequest("The hash is not that of the query.", code="PERSISTED_QUERY_HASH_MISMATCH")
        return asked.query

    def remember(self, asked: GraphQLRequest) -> None:
        if asked.query is not None and asked.document_id is not None and len(asked.query) <= _CHARACTERS:
            self._known.put(asked.document_id, asked.query, len(asked.query))

    def _find(self, document_id: str) -> str:
        found = self._known.get(document_id)
        if found is None:  # clients know the message, and send the text
            raise DocumentRefused("PersistedQueryNotFound", code="PERSISTED_QUERY_NOT_FOUND")
        return found


class TrustedDocuments:
    """Those of the manifest, a JSON file. A changed file is read again, a broken one changes nothing."""

    def __init__(self, manifest: Path) -> None:
        """Raises ManifestError."""
        self._file = WatchedFile(manifest)
        self._known = _read(self._file)
        self._next_check = time.monotonic() + _RECHECK_SECONDS

    def text(self, asked: GraphQLRequest) -> str:
        self._refresh()
        found = self._known.get(asked.document_id or "")
        if found is None or asked.query not in {None, found}:
            raise DocumentRefused(_NOT_TRUSTED, code="DOCUMENT_NOT_TRUSTED")
        return found

    def remember(self, asked: GraphQLRequest) -> None:
        """Nobody adds to the manifest from outside."""

    def _refresh(self) -> None:
        now = time.monotonic()
        if now < self._next_check:
            return
        self._next_check = now + _RECHECK_SECONDS
        if not self._file.has_changed():
            return
        try:
            self._known = _read(self._file)
        except ManifestError as error:
            _log.error("trusted_documents_refused", reason=str(error))
        else:
            _log.info("trusted_documents_read", documents=len(self._known))


def _read(file: WatchedFile) -> dict[str, str]:
    try:
        told: Any = orjson.loads(file.read())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ManifestError(f"{file.path} cannot be read: {reason}") from error
    known = _listed(told)
    if not isinstance(known, dict) or not all(isinstance(text, str) for text in known.values()):
        raise ManifestError(f"{file.path} must be one JSON object of documents by their ids.")
    return {document_id.removeprefix(SHA256_PREFIX): text for document_id, text in known.items()}


def _listed(told: Any) -> Any:
    """Apollo's tools write {"operations": [{"id", "body"}]}, others the object that we speak of."""
    operations = told.get("operations") if isinstance(told, dict) else None
    if not isinstance(operations, list) or not all(isinstance(each, dict) for each in operations):
        return told
    return {str(each.get("id")): each.get("body") for each in operations}
