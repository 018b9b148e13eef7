"""Making and serving the HTTP application of a deployable."""

import socket
from collections.abc import Callable, Mapping
from types import FrameType

import uvicorn
from fastapi import FastAPI
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from chassis.graphql.endpoint import MakeContext, SilentSchema, Subgraph
from chassis.health import NO_CHECKS, Check, health
from chassis.runtime import Runtime


def bare_application(title: str, checks: Mapping[str, Check], degrading: Mapping[str, Check] = NO_CHECKS) -> FastAPI:
    """FastAPI with health; its own documentation pages are off, the graph is the interface."""
    application = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None)
    application.include_router(health(checks, degrading))
    return application


def service_application(
    runtime: Runtime,
    schema: SilentSchema,
    make_context: MakeContext,
    degrading: Mapping[str, Check] = NO_CHECKS,
) -> FastAPI:
    """`/graphql` for the gateway, `/internal` for other services, and health; for `degrading` see chassis/health.py."""
    application = bare_application(runtime.name, {"database": runtime.check_database}, degrading)
    subgraph = Subgraph(schema, runtime.contexts, make_context)
    application.router.routes.append(Route("/graphql", subgraph, methods=["POST"]))
    application.router.routes.append(Mount("/internal", runtime.internal.router))
    return application


def new_server(
    application: ASGIApp, *, host: str, port: int, announce: Callable[[], None] = lambda: None
) -> uvicorn.Server:
    """Logs go where ours go, requests are not logged one by one. `announce` is called when it listens.

    Its `serve` raises OSError when it cannot listen there, and returns when a signal asks for the end.
    """
    return _Server(
        announce,
        uvicorn.Config(
            application,
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            ws="websockets-sansio",
            lifespan="off",
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=10,
            timeout_keep_alive=75,  # longer than callers keep idle connections, so that none is closed under a request
            server_header=False,
        ),
    )


class _Server(uvicorn.Server):
    def __init__(self, announce: Callable[[], None], config: uvicorn.Config) -> None:
        super().__init__(config)
        self._announce = announce

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        await super().serve(sockets or [_listening(self.config.host, self.config.port)])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The signal ends the serving and is not raised again: whoever called `serve` has more to close after it."""
        super().handle_exit(sig, frame)
        self._captured_signals.clear()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]  # the rest is the address once more
        raise OSError(
            f"cannot listen on port {port} of {host}: {reason}; stop what uses it, or choose another"
        ) from error
