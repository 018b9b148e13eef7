"""`make up`: from an empty directory to a registry that answers, and back to nothing running."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from chassis.exposition import PATH
from chassis.management import metrics_application, served_beside
from chassis.serving import new_server
from chassis.telemetry import configure_logs
from chassis.trace_export import exported
from deploy.local import console
from deploy.local.all_in_one import AllInOne
from deploy.local.choices import check_choices
from deploy.local.directories import data_directory, own_log
from deploy.local.errors import CannotStart
from deploy.local.first_start import ensure_sample
from deploy.local.mail_sink import MailSink
from deploy.local.outbox import shown_outbox
from deploy.local.ports import HOST, RememberedPorts, is_free, promise
from deploy.local.supervisor import Supervisor
from deploy.local.surrounding import surround
from gateway.http.draining import Draining

_DRAIN_SECONDS = 5.0  # whoever pressed Ctrl-C is waiting


async def up(data: Path, port: int) -> int:
    """Runs until a signal, then 0. Raises CannotStart with the way out."""
    check_choices(os.environ)
    if not is_free(port):
        raise CannotStart(f"Port {port} on {HOST} is in use: stop what uses it, or choose another: REGISTRY_PORT=9000")
    promise(port)
    with (
        data_directory(data) as directory,
        own_log(directory, "registry.log", foreign="stack.log").open("a", encoding="utf-8") as log,
    ):
        configure_logs("json", "info", log)
        async with AsyncExitStack() as stack:
            await _run(directory, port, stack)
    return 0


async def _run(directory: Path, port: int, stack: AsyncExitStack) -> None:
    supervisor, mail = await stack.enter_async_context(Supervisor()), MailSink(directory / "mail")
    await supervisor.start(mail)
    surroundings = await surround(directory, port, supervisor, mail.url)
    with console.step("Services and their databases"):
        system = AllInOne(surroundings)
        await stack.enter_async_context(exported("registry", system.gateway_settings))
        await stack.enter_async_context(system)
    with console.step("Sample"):
        demo = await ensure_sample(system, directory, surroundings.url)

    outbox = await stack.enter_async_context(shown_outbox(directory / "mail"))
    metrics = await stack.enter_async_context(_measured(system, directory))

    def announce() -> None:
        console.ready(surroundings.url, demo, str(directory), outbox, metrics=metrics)

    draining = Draining(system.application, _DRAIN_SECONDS, system.gateway.end_listening)
    await new_server(draining, host=HOST, port=port, announce=announce, drain=draining.drain).serve()


@asynccontextmanager
async def _measured(system: AllInOne, directory: Path) -> AsyncIterator[str]:
    """The address where the metrics of all parts are told; a port of its own, because the other may be made public."""
    port = system.gateway_settings.metrics_port
    port = port or RememberedPorts(directory / "ports.json").choose("metrics")["metrics"]
    async with served_beside(metrics_application(system.readings), host=HOST, port=port):
        yield f"http://{HOST}:{port}{PATH}"
