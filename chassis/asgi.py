"""Making the HTTP application of a service."""

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.exposition import metrics_route
from chassis.graphql.endpoint import MakeContext, Subgraph
from chassis.graphql.schema import SilentSchema
from chassis.graphql.streaming import SubgraphSockets
from chassis.health import NO_CHECKS, Check
from chassis.runtime import Runtime
from chassis.serving import bare_application

_METHOD: Final = "POST"
_PATH: Final = "/graphql"


def service_application(
    runtime: Runtime,
    schema: SilentSchema,
    make_context: MakeContext,
    degrading: Mapping[str, Check] = NO_CHECKS,
    routes: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """`/graphql` for the gateway, `/internal` for other services, health, metrics, and `routes` of the service's own.

    For `degrading` see chassis/health.py.
    """
    others = bare_application(runtime.name, {"database": runtime.check_database}, degrading)
    graph = Subgraph(runtime.name, schema, runtime.contexts, make_context)
    others.router.routes.append(Route(_PATH, graph, methods=[_METHOD]))
    others.router.routes.append(Mount("/internal", runtime.internal.router))
    others.router.routes.append(metrics_route(runtime.readings))
    others.router.routes.extend(routes)
    sockets = SubgraphSockets(runtime.name, schema, runtime.contexts, make_context)
    return _Application(graph, sockets, others)


class _Application:
    """The graph is most of what a service is asked, and has no use for what FastAPI does around a request."""

    def __init__(self, graph: ASGIApp, sockets: ASGIApp, others: ASGIApp) -> None:
        self._graph = graph
        self._sockets = sockets
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._asked(scope)(scope, receive, send)

    def _asked(self, scope: Scope) -> ASGIApp:
        if scope["type"] == "http" and scope["method"] == _METHOD and scope["path"] == _PATH:
            return self._graph
        if scope["type"] == "websocket" and scope["path"] == _PATH:
            return self._sockets
        return self._others
