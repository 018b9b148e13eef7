"""`python -m gateway serve | plan`; `serve --supergraph FILE --no-sign-in` serves any supergraph."""

import argparse
import os
import sys
from pathlib import Path

import uvloop

from chassis.asgi import new_server
from chassis.settings import SettingsError, load
from chassis.telemetry import configure_logs
from chassis.transport import HttpTransport
from gateway.app import new_gateway, new_open_gateway
from gateway.executor import Engine
from gateway.operation import RequestErrors
from gateway.planner import PlanningError
from gateway.planner.text import plan_text
from gateway.settings import GatewaySettings
from gateway.supergraph import SupergraphError

_DEFAULTS = GatewaySettings.model_fields
_OPEN_HOST = "127.0.0.1"
_OPEN_PORT = 4000


def main(arguments: list[str] | None = None) -> int:
    """The exit code; 2 for anything that the caller can put right."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command == "serve" and not given.no_sign_in and {given.supergraph, given.host, given.port} != {None}:
        parser.error("--supergraph, --host and --port go with --no-sign-in; else set GATEWAY_... variables")
    try:
        uvloop.run(_plan(given) if given.command == "plan" else _serve(given))
    except (SettingsError, SupergraphError, PlanningError, RequestErrors, OSError, ValueError) as error:
        sys.stderr.write(f"gateway {given.command}: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the graph; settings come from GATEWAY_... variables")
    serve.add_argument("--no-sign-in", action="store_true", help="serve --supergraph to everybody")
    serve.add_argument("--host", help=f"with --no-sign-in; {_OPEN_HOST} if not given")
    serve.add_argument("--port", type=int, help=f"with --no-sign-in; {_OPEN_PORT} if not given")
    serve.add_argument("--supergraph", type=Path, help="with --no-sign-in; the registry's own if not given")
    plan = commands.add_parser("plan", help="print how an operation would be fetched")
    plan.add_argument("operation", type=Path, help="file with one GraphQL operation")
    plan.add_argument("--supergraph", type=Path, help="the registry's own if not given")
    return parser


async def _serve(given: argparse.Namespace) -> None:
    transport = HttpTransport()
    try:
        if given.no_sign_in:
            configure_logs("console", "warning")
            application = new_open_gateway(_supergraph(given), transport, _DEFAULTS["assets"].default)
            server = new_server(application, host=given.host or _OPEN_HOST, port=given.port or _OPEN_PORT)
            await server.serve()
        else:
            settings = load(GatewaySettings, "GATEWAY", os.environ)
            configure_logs(settings.log_style, settings.log_level)
            gateway = new_gateway(settings, transport)
            await new_server(gateway.application, host=settings.host, port=settings.port).serve()
    finally:
        await transport.close()


async def _plan(given: argparse.Namespace) -> None:
    transport = HttpTransport()
    engine = Engine(_supergraph(given), transport)
    ready = await engine.plan(engine.prepare(given.operation.read_text(encoding="utf-8")))
    sys.stdout.write(plan_text(ready.plan) + "\n")
    await transport.close()


def _supergraph(given: argparse.Namespace) -> str:
    path: Path = given.supergraph or _DEFAULTS["supergraph"].default
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
