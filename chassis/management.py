"""A small server beside what a process does, for those who look after it: health and metrics."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from chassis.exposition import metrics_route
from chassis.health import NO_CHECKS, Check
from chassis.metrics import Reading
from chassis.serving import bare_application, listening

_GRACE_SECONDS = 1


def management_application(
    name: str,
    checks: Mapping[str, Check] = NO_CHECKS,
    degrading: Mapping[str, Check] = NO_CHECKS,
    readings: Sequence[Reading] = (),
) -> ASGIApp:
    """`/livez`, `/readyz` (see chassis/health.py) and `/metrics`."""
    application = bare_application(name, checks, degrading)
    application.router.routes.append(metrics_route(readings))
    return application


def metrics_application(readings: Sequence[Reading] = ()) -> ASGIApp:
    """`/metrics` and nothing else."""
    return Starlette(routes=[metrics_route(readings)])


@asynccontextmanager
async def served_beside(application: ASGIApp, *, host: str, port: int) -> AsyncIterator[None]:
    """Serves it while the block runs. Raises OSError when it cannot listen there."""
    sockets = [listening(host, port)]
    config = uvicorn.Config(
        application, lifespan="off", access_log=False, log_config=None, timeout_graceful_shutdown=_GRACE_SECONDS
    )
    server = _Beside(config)
    serving = asyncio.create_task(server.serve(sockets))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


class _Beside(uvicorn.Server):
    """Leaves signals to whoever has the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
