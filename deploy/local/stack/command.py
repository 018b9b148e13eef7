"""`make stack`: from an empty directory to every deployable in its own process, and back to nothing running."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from chassis.telemetry import configure_logs
from deploy.local import console
from deploy.local.choices import check_choices
from deploy.local.directories import data_directory, own_log
from deploy.local.errors import CannotStart
from deploy.local.first_start import ensure_sample
from deploy.local.mail_sink import MailSink
from deploy.local.outbox import shown_outbox
from deploy.local.outside import Outside
from deploy.local.ports import HOST, is_free, promise
from deploy.local.stack.scale import read_scale
from deploy.local.stack.system import Stack
from deploy.local.supervisor import Supervisor
from deploy.local.surrounding import surround_stack


async def stack(data: Path, port: int, environment: Mapping[str, str]) -> int:
    """Runs until it is cancelled. `environment` may have SCALE and what outside.py reads. Raises CannotStart."""
    scale, outside = read_scale(environment.get("SCALE", "")), Outside.of(environment)
    check_choices(environment)
    if not is_free(port):
        raise CannotStart(f"Port {port} on {HOST} is in use: stop what uses it, or choose another: REGISTRY_PORT=9000")
    promise(port)
    with (
        data_directory(data) as directory,
        own_log(directory, "stack.log", foreign="registry.log").open("a", encoding="utf-8") as log,
    ):
        configure_logs("json", "info", log)
        async with AsyncExitStack() as running:
            await _run(directory, port, scale, outside, running)
            await asyncio.Event().wait()
    return 0


async def _run(directory: Path, port: int, scale: Mapping[str, int], outside: Outside, running: AsyncExitStack) -> None:
    """Returns when all runs."""
    await outside.check()
    supervisor, mail = await running.enter_async_context(Supervisor()), MailSink(directory / "mail")
    await supervisor.start(mail)
    surroundings = await surround_stack(directory, port, supervisor, outside, mail.url)
    with console.step("Databases and processes"):
        system = Stack(surroundings, supervisor, directory / "processes", scale)
        await running.enter_async_context(system)
    with console.step("Sample"):
        demo = await ensure_sample(system, directory, surroundings.url)
    outbox = await running.enter_async_context(shown_outbox(directory / "mail"))
    console.ready(surroundings.url, demo, str(directory), outbox, processes=list(system.processes))
