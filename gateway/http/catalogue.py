"""The catalogue of events: `GET /events/schemas/<type>.json`, `/events/asyncapi.json`, and `/events/docs` for people.

Whoever asks may have it, signed in or not: it says what events look like and holds nothing that ever happened. Readers
of events, and the tools that check them, follow `dataschema` without credentials.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.errors import ErrorCode
from chassis.telemetry import request as request_log
from gateway.http.answer import refused
from gateway.http.call import Call
from gateway.http.catalogue_page import catalogue_page

FOLDER: Final = Path(__file__).parents[1] / "catalogue"
_SCHEMA: Final = "application/schema+json"
_ASYNCAPI: Final = "application/vnd.aai.asyncapi+json;version=3.0.0"
_MAY_BE_KEPT: Final = "public, max-age=3600"  # an hour: what is there only grows
_ALONE: Final = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Document:
    """What is served, and the headers that it has each time."""

    body: bytes
    headers: Mapping[str, str]

    @classmethod
    def of(cls, body: bytes, headers: Mapping[str, str]) -> Self:
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        return cls(body, {**headers, "cache-control": _MAY_BE_KEPT, "etag": tag})

    def answer(self, known: str) -> Response:
        """`known` is the header If-None-Match."""
        tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        if tags & {self.headers["etag"], "*"}:
            kept = ("cache-control", "etag")
            return Response(status_code=304, headers={name: self.headers[name] for name in kept})
        return Response(self.body, headers=dict(self.headers))


class CatalogueRoutes:
    """The routes; everything is read at the start."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Raises OSError when the catalogue is not there."""
        document = (folder / "asyncapi.json").read_bytes()
        shown = catalogue_page(orjson.loads(document))
        self._documents = {
            f"schemas/{file.name}": Document.of(file.read_bytes(), {**_ALONE, "content-type": _SCHEMA})
            for file in (folder / "schemas").glob("*.json")
        }
        self._documents["asyncapi.json"] = Document.of(document, {**_ALONE, "content-type": _ASYNCAPI})
        self._documents["docs"] = Document.of(bytes(shown.body), shown.headers)
        self.router = APIRouter(prefix="/events")
        for path in ("/schemas/{name}", "/asyncapi.json", "/docs"):
            self.router.add_api_route(path, self._route(), methods=["GET", "HEAD"])

    def _route(self) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            document = self._documents.get(request.url.path.removeprefix("/events/"))
            if document is not None:
                return document.answer(request.headers.get("if-none-match", ""))
            call = Call.of(request.scope, request.receive)
            with request_log(call.request_id):
                return refused(call, 404, ErrorCode.NOT_FOUND, "There is no such type of event: see /events/docs.")

        return endpoint
