"""Asking another service for what only it knows, in the name of this service and never of a user."""

import time
from typing import Any

import orjson
import structlog

from chassis.auth import IDENTITY_HEADER, LIFETIME_SECONDS, Signer
from chassis.errors import Fault, NotFound
from chassis.identifiers import to_json
from chassis.telemetry import REQUEST_ID_HEADER
from chassis.tracing import trace
from chassis.transport import Transport

_OK = 200
_ABSENT = 404
_RENEW_BEFORE = LIFETIME_SECONDS // 2


class Peer:
    """The service `name` at `address` (`http://access`)."""

    def __init__(self, name: str, address: str, transport: Transport, signer: Signer) -> None:
        self.name = name
        self._address = address.rstrip("/")
        self._transport = transport
        self._signer = signer
        self._token = ""
        self._renew_at = 0.0

    async def ask(self, question: str, body: Any, *, timeout: float = 5.0) -> Any:
        """Posts JSON to `/internal/<question>` and gives the JSON answer. Raises NotFound on 404, else Fault."""
        headers = {"content-type": "application/json", IDENTITY_HEADER: self._identity()}
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        if request_id is not None:
            headers[REQUEST_ID_HEADER] = request_id
        url = f"{self._address}/internal/{question}"
        with trace.asked(f"{self.name} {question}", headers):
            answer = await self._transport.post(url, orjson.dumps(body, default=to_json), headers, timeout=timeout)
        if answer.status == _ABSENT:
            raise NotFound(question)
        if answer.status != _OK:
            raise Fault(self.name, f"answered {answer.status} to {question}")
        try:
            return orjson.loads(answer.body)
        except orjson.JSONDecodeError as error:
            raise Fault(self.name, f"answered {question} with no JSON") from error

    def _identity(self) -> str:
        now = time.time()  # what the other side judges by; a monotonic clock stands still while a machine sleeps
        if now >= self._renew_at:
            self._token = self._signer.sign(self.name, {})
            self._renew_at = now + _RENEW_BEFORE
        return self._token
