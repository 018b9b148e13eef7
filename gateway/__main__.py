"""`python -m gateway serve | compose | explain`; `serve --no-sign-in --supergraph FILE` serves any supergraph."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import uvloop

from chassis.errors import Fault
from chassis.serving import new_server
from chassis.settings import SettingsError, load
from chassis.telemetry import configure_logs
from chassis.trace_export import exported
from chassis.transport import HttpTransport
from gateway.app import Gateway, new_gateway, new_open_gateway
from gateway.composition import CompositionError, added_schema, extend, registry_schemas, replace_file
from gateway.events.hearing import hearing
from gateway.executor import Limits
from gateway.http.draining import Draining
from gateway.http.reloading import ReloadingDoor
from gateway.operation import RequestErrors
from gateway.planner import STAGES, PlanningError, explain
from gateway.settings import GatewaySettings
from gateway.supergraph import SupergraphError, read_supergraph

_MENDABLE: Final = (
    *(SettingsError, SupergraphError, CompositionError, PlanningError, RequestErrors),
    *(Fault, OSError, ValueError),
)
_DEFAULTS: Final = GatewaySettings.model_fields
_OPEN_HOST: Final = "127.0.0.1"
_OPEN_PORT: Final = 4000
_POLL_SECONDS: Final = 1.0


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 also after a signal, 2 for anything that the caller can put right."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.run is _serve and (
        given.watch
        or given.no_sharing
        or given.labels
        or {given.supergraph, given.host, given.port, given.metrics_port} != {None}
    ):
        parser.error(
            "--supergraph, --watch, --no-sharing, --override-label, --host, --port and --metrics-port "
            "go with --no-sign-in; else set GATEWAY_... variables"
        )
    try:
        uvloop.run(given.run(given))
    except _MENDABLE as error:
        sys.stderr.write(f"gateway {given.command}: {_reason(error)}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the graph; settings come from GATEWAY_... variables")
    serve.set_defaults(run=_serve)
    serve.add_argument(
        "--no-sign-in", dest="run", action="store_const", const=_serve_openly, help="serve everything to everybody"
    )
    serve.add_argument("--host", help=f"with --no-sign-in; {_OPEN_HOST} if not given")
    serve.add_argument("--port", type=_port, help=f"with --no-sign-in; {_OPEN_PORT} if not given")
    serve.add_argument("--metrics-port", type=_port, help="with --no-sign-in; tell /metrics on this port")
    serve.add_argument("--watch", action="store_true", help="with --no-sign-in; follow changes of the supergraph file")
    serve.add_argument("--supergraph", type=Path, help="with --no-sign-in; the registry's own if not given")
    serve.add_argument(
        "--no-sharing", action="store_true", help="with --no-sign-in; send every fetch, also where an equal one is out"
    )
    _add_labels(serve, "with --no-sign-in; ")
    compose = commands.add_parser("compose", help="compose subgraphs of others beside the registry's")
    compose.set_defaults(run=_compose)
    compose.add_argument(
        "--add", action="append", required=True, metavar="NAME=SOURCE", help="a subgraph: its schema file, or its URL"
    )
    compose.add_argument("--out", type=Path, help="file for the supergraph; printed if not given")
    shown = commands.add_parser("explain", help="print a stage on the way from an operation to its fetches")
    shown.set_defaults(run=_explain)
    shown.add_argument("stage", choices=STAGES)
    shown.add_argument("--operation", type=Path, help="file with one GraphQL operation")
    shown.add_argument("--variables", type=_variables, help="those of the operation, a JSON object")
    shown.add_argument("--supergraph", type=Path, help="the registry's own if not given")
    _add_labels(shown)
    return parser


def _add_labels(parser: argparse.ArgumentParser, where: str = "") -> None:
    parser.add_argument(
        "--override-label",
        dest="labels",
        action="append",
        default=[],
        metavar="LABEL",
        help=f"{where}let the overrides with this label hold; may be repeated",
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise argparse.ArgumentTypeError(f"{text} is no port: choose a number from 1 to 65535")
    return int(text)


def _variables(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except json.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise argparse.ArgumentTypeError("variables are one JSON object")
    return given


async def _serve(_: argparse.Namespace) -> None:
    settings = load(GatewaySettings, "GATEWAY", os.environ)
    configure_logs(settings.log_style, settings.log_level)

    async def serve(transport: HttpTransport) -> None:
        gateway = _built(settings, transport)
        draining = Draining(gateway.front, settings.drain_seconds, gateway.end_listening)
        server = new_server(draining, host=settings.host, port=settings.port, drain=draining.drain)
        measured = _measured(settings.metrics_host, settings.metrics_port)
        async with measured, hearing(settings.amqp_url, gateway.subscribe):
            await _beside(gateway.door, settings.supergraph_poll_seconds, server.serve())

    async with exported("gateway", settings):
        await _with_transport(serve)


def _built(settings: GatewaySettings, transport: HttpTransport) -> Gateway:
    """Raises SettingsError that names the variable of a supergraph that cannot be used."""
    try:
        return new_gateway(settings, transport)
    except (OSError, SupergraphError) as error:
        raise SettingsError(f"GATEWAY_SUPERGRAPH: {_reason(error)}") from error


async def _serve_openly(given: argparse.Namespace) -> None:
    configure_logs("console", "warning")
    host, port = given.host or _OPEN_HOST, given.port or _OPEN_PORT

    def announce() -> None:
        sys.stderr.write(f"The graph is at http://{host}:{port}/graphql, without sign-in.\n")

    async def serve(transport: HttpTransport) -> None:
        limits = Limits(share_fetches=not given.no_sharing)
        assets, labels = _DEFAULTS["assets"].default, frozenset(given.labels)
        gateway = new_open_gateway(_supergraph_file(given), transport, assets, limits, labels)
        draining = Draining(gateway.front, _DEFAULTS["drain_seconds"].default, gateway.end_listening)
        server = new_server(draining, host=host, port=port, announce=announce, drain=draining.drain)
        async with _measured(host, given.metrics_port):
            await _beside(gateway.door, _POLL_SECONDS if given.watch else 0, server.serve())

    await _with_transport(serve)


async def _explain(given: argparse.Namespace) -> None:
    if given.operation is None and given.stage != "supergraph":
        raise ValueError("name the file of an operation with --operation")
    query = "" if given.operation is None else given.operation.read_text(encoding="utf-8")
    supergraph = read_supergraph(_supergraph(given), frozenset(given.labels))
    sys.stdout.write(explain(given.stage, supergraph, query, given.variables))


async def _compose(given: argparse.Namespace) -> None:
    async def write(transport: HttpTransport) -> None:
        added = [await added_schema(source, transport) for source in given.add]
        supergraph = extend(registry_schemas(), added)
        if given.out is None:
            sys.stdout.write(supergraph)
        else:
            replace_file(given.out, supergraph)

    await _with_transport(write)


async def _with_transport(use: Callable[[HttpTransport], Awaitable[None]]) -> None:
    transport = HttpTransport()
    try:
        await use(transport)
    finally:
        await transport.close()


@asynccontextmanager
async def _measured(host: str, port: int | None) -> AsyncIterator[None]:
    """Tells the metrics on a port of its own, which is not for the public; nowhere if there is none."""
    if port is None:
        yield
        return
    from chassis.management import metrics_application, served_beside

    async with served_beside(metrics_application(), host=host, port=port):
        yield


async def _beside(door: ReloadingDoor, seconds: float, serving: Coroutine[Any, Any, None]) -> None:
    """Serve, and meanwhile follow the supergraph file every so many seconds; 0 is never."""
    watching = asyncio.create_task(door.watch(seconds)) if seconds else None
    try:
        await serving
    finally:
        if watching is not None:
            watching.cancel()


def _supergraph_file(given: argparse.Namespace) -> Path:
    path: Path = given.supergraph or _DEFAULTS["supergraph"].default
    return path


def _supergraph(given: argparse.Namespace) -> str:
    return _supergraph_file(given).read_text(encoding="utf-8")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return f"the supergraph cannot be used: {error}" if isinstance(error, SupergraphError) else str(error)


if __name__ == "__main__":
    sys.exit(main())
