"""Getting all files of an incident as one archive: `GET /files/incidents/{id}/bundle`.

The bytes come from the files service as fast as the caller takes them; nothing of them is kept here. Whoever loses a
right, or signs out, while they come gets no more of them: what has come is no whole archive then.
"""

import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Final
from uuid import UUID

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from chassis.access import Actor
from chassis.closing import closing
from chassis.errors import Fault
from chassis.transport import Streamed
from gateway.http.asking import CallersPeer
from gateway.http.call import BadRequest, Call
from gateway.identity.credentials import Credential
from gateway.identity.grants import Grants, SignedOut

MOST_AT_ONCE: Final = 2  # of one caller
LOOK_AGAIN_SECONDS: Final = 3.0
_PATIENCE_SECONDS: Final = 30.0  # for the head, and for each piece
_MOST_REFUSAL: Final = 10_000
_OK: Final = 200
_PASSED_ON: Final = ("content-disposition", "content-type")
_log = structlog.get_logger(__name__)


class Bundles:
    """`clock` tells seconds."""

    def __init__(self, files: CallersPeer, grants: Grants, clock: Callable[[], float] = time.monotonic) -> None:
        self._files = files
        self._grants = grants
        self._clock = clock
        self._running: Counter[UUID] = Counter()

    async def give(
        self, call: Call, credential: Credential, actor: Actor, id: str, headers: Mapping[str, str]
    ) -> StreamingResponse:
        """Raises BadRequest for who gets several already, ServiceRefuses or Fault."""
        if self._running[actor.id] >= MOST_AT_ONCE:
            raise BadRequest(f"{MOST_AT_ONCE} archives at once are enough; wait for one of them.", 429, "TOO_MANY")
        async with AsyncExitStack() as opened:
            self._begin(actor.id, opened)
            answer = await opened.enter_async_context(
                self._files.stream("bundles", {"incident_id": id}, call, actor, timeout=_PATIENCE_SECONDS)
            )
            if answer.status != _OK:
                self._files.read(answer.status, await _whole(answer), "bundles")
            told = {name: answer.headers[name] for name in _PASSED_ON if name in answer.headers}
            chunks = self._while_allowed(answer.chunks, credential, actor)
            return _Stream(chunks, {**headers, **told}, opened.pop_all())

    def _begin(self, caller: UUID, opened: AsyncExitStack) -> None:
        self._running[caller] += 1
        opened.callback(self._end, caller)

    def _end(self, caller: UUID) -> None:
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]

    async def _while_allowed(
        self, chunks: AsyncIterator[bytes], credential: Credential, actor: Actor
    ) -> AsyncIterator[bytes]:
        """Raises Fault once the caller's rights are others than at the beginning."""
        looked = self._clock()
        async with closing(chunks):
            async for chunk in chunks:
                if self._clock() - looked >= LOOK_AGAIN_SECONDS:
                    await self._check(credential, actor)
                    looked = self._clock()
                yield chunk

    async def _check(self, credential: Credential, actor: Actor) -> None:
        try:
            now = await self._grants.actor(credential)
        except SignedOut:
            raise Fault(self._files.name, "is not asked any more, its caller has signed out") from None
        if now is not actor and now.scope != actor.scope:
            raise Fault(self._files.name, "is not asked any more, the rights of its caller are others now")


async def _whole(answer: Streamed) -> bytes:
    """Raises Fault for what is no refusal of ours."""
    body = b""
    async with closing(answer.chunks) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > _MOST_REFUSAL:
                raise Fault("files", "answered with more than a refusal")
    return body


class _Stream(StreamingResponse):
    """Closes the way to the service however it ends; what comes to a bad end is cut off, and so is seen to be."""

    def __init__(self, chunks: AsyncIterator[bytes], headers: Mapping[str, str], opened: AsyncExitStack) -> None:
        super().__init__(chunks, headers=headers)
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._opened, closing(aiter(self.body_iterator)):
            try:
                await super().__call__(scope, receive, send)
            except Fault as fault:
                _log.warning("bundle.broken_off", reason=str(fault))
                raise
