"""Serving an HTTP application; without the database and the subgraph library, which a mere gateway does not load."""

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable, Mapping
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from chassis.health import NO_CHECKS, Check, health
from chassis.http_server import BoundedProtocol

_GRACE_SECONDS = 10
_MESSAGE_BYTES = 4_000_000  # of any application; each may be stricter
_GRACE_SECONDS_AFTER_DRAINING = 1
# An answer is thousands of objects that live for a moment, and none of them in a cycle: the collector, which by default
# looks after every 700 new ones, would walk through the answers of all requests under way, and find nothing.
_NEW_OBJECTS_BEFORE_A_LOOK = 50_000

_log = structlog.get_logger(__name__)


def bare_application(title: str, checks: Mapping[str, Check], degrading: Mapping[str, Check] = NO_CHECKS) -> FastAPI:
    """FastAPI with health; its own documentation pages are off, the graph is the interface."""
    application = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None)
    application.include_router(health(checks, degrading))
    return application


def new_server(
    application: ASGIApp,
    *,
    host: str,
    port: int,
    announce: Callable[[], None] | None = None,
    drain: Callable[[], Awaitable[None]] | None = None,
) -> uvicorn.Server:
    """Logs go where ours go, requests are not logged one by one. When it listens, `announce` is called or it is logged.

    Its `serve` raises OSError when it cannot listen there, and returns when a signal asks for the end: at the first
    one `drain` runs while it still listens, a second one cuts that short.
    """
    return _Server(
        announce or (lambda: _log.info("listening", host=host, port=port)),
        drain,
        uvicorn.Config(
            application,
            host=host,
            port=port,
            loop="uvloop",
            http=BoundedProtocol,
            ws="websockets-sansio",
            ws_max_size=_MESSAGE_BYTES,
            lifespan="off",
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=_GRACE_SECONDS_AFTER_DRAINING if drain else _GRACE_SECONDS,
            timeout_keep_alive=75,  # longer than callers keep idle connections, so that none is closed under a request
            server_header=False,
        ),
    )


class _Server(uvicorn.Server):
    def __init__(
        self, announce: Callable[[], None], drain: Callable[[], Awaitable[None]] | None, config: uvicorn.Config
    ) -> None:
        super().__init__(config)
        self._announce = announce
        self._drain = drain
        self._loop: asyncio.AbstractEventLoop | None = None
        self._draining: asyncio.Future[None] | None = None  # held, or it might be collected while it runs
        self._told = False

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        await super().serve(sockets or [listening(self.config.host, self.config.port)])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The signal ends the serving and is not raised again: whoever called `serve` has more to close after it."""
        if self._drain is None or self._loop is None or self._told:
            super().handle_exit(sig, frame)
            self._captured_signals.clear()
            return
        self._told = True
        self._loop.call_soon_threadsafe(self._begin_draining, self._drain)

    def _begin_draining(self, drain: Callable[[], Awaitable[None]]) -> None:
        self._draining = asyncio.ensure_future(drain())
        self._draining.add_done_callback(self._end)

    def _end(self, drained: asyncio.Future[None]) -> None:
        self.should_exit = True
        if not drained.cancelled():
            drained.result()  # a bug in draining is told, and does not keep us alive

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        if self.started:
            _settle()
            self._announce()


def _settle() -> None:
    """What has been built by now stays for good: the collector need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS_BEFORE_A_LOOK, *gc.get_threshold()[1:])


def listening(host: str, port: int) -> socket.socket:
    """Raises OSError that names the place and the way out."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]  # the rest is the address once more
        raise OSError(
            f"cannot listen on port {port} of {host}: {reason}; stop what uses it, or choose another"
        ) from error
