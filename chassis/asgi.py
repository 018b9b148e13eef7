"""Making the HTTP application of a service."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.routing import Mount, Route

from chassis.exposition import metrics_route
from chassis.graphql.endpoint import MakeContext, Subgraph
from chassis.graphql.schema import SilentSchema
from chassis.health import NO_CHECKS, Check
from chassis.runtime import Runtime
from chassis.serving import bare_application


def service_application(
    runtime: Runtime,
    schema: SilentSchema,
    make_context: MakeContext,
    degrading: Mapping[str, Check] = NO_CHECKS,
) -> FastAPI:
    """`/graphql` for the gateway, `/internal` for other services, health and metrics.

    For `degrading` see chassis/health.py.
    """
    application = bare_application(runtime.name, {"database": runtime.check_database}, degrading)
    subgraph = Subgraph(runtime.name, schema, runtime.contexts, make_context)
    application.router.routes.append(Route("/graphql", subgraph, methods=["POST"]))
    application.router.routes.append(Mount("/internal", runtime.internal.router))
    application.router.routes.append(metrics_route(runtime.readings))
    return application
