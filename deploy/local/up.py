"""`make up`: from an empty directory to a registry that answers, and back to nothing running."""

from contextlib import AsyncExitStack
from pathlib import Path

from chassis.serving import new_server
from chassis.telemetry import configure_logs
from deploy.local import console
from deploy.local.all_in_one import AllInOne
from deploy.local.directories import data_directory
from deploy.local.errors import CannotStart
from deploy.local.first_start import ensure_sample
from deploy.local.ports import HOST, is_free
from deploy.local.supervisor import Supervisor
from deploy.local.surrounding import surround
from gateway.http.draining import Draining

_DRAIN_SECONDS = 5.0  # whoever pressed Ctrl-C is waiting


async def up(data: Path, port: int) -> int:
    """Runs until a signal, then 0. Raises CannotStart with the way out."""
    if not is_free(port):
        raise CannotStart(f"Port {port} on {HOST} is in use: stop what uses it, or choose another: REGISTRY_PORT=9000")
    with data_directory(data) as directory, (directory / "registry.log").open("a", encoding="utf-8") as log:
        configure_logs("json", "info", log)
        async with AsyncExitStack() as stack:
            await _run(directory, port, stack)
    return 0


async def _run(directory: Path, port: int, stack: AsyncExitStack) -> None:
    surroundings = await surround(directory, port, await stack.enter_async_context(Supervisor()))
    with console.step("Services and their databases"):
        system = await stack.enter_async_context(AllInOne(surroundings))
    with console.step("Sample"):
        demo = await ensure_sample(system, directory, surroundings.url)

    def announce() -> None:
        console.ready(surroundings.url, demo, str(directory))

    draining = Draining(system.application, _DRAIN_SECONDS, system.gateway.end_listening)
    await new_server(draining, host=HOST, port=port, announce=announce, drain=draining.drain).serve()
