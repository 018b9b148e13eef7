"""One child process: started and waited for until it answers, stopped in time, gone when we are gone."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

from deploy.local.accounts import Account
from deploy.local.errors import CannotStart
from deploy.local.logs import Log, copy_lines
from deploy.local.pid_files import Identity, reap
from deploy.local.ports import HOST, is_free

_LAUNCH = Path(__file__).with_name("launch.py")
_PAUSE = 0.03
_LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run, where, as whom. The first word of `words` is the path of the program.

    `environment` is all that the program sees. Output goes to the end of the file `log`.
    `stop_signal` asks it to end. `death_signal`, the same unless given, is sent when we die.
    """

    name: str
    words: Sequence[str]
    directory: Path
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: Signals = SIGTERM
    death_signal: Signals | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Program(Command):
    """A command that serves until it is stopped. Times are in seconds.

    `ready` answers whether it serves by now; it is asked again and again while the program starts.
    `record` keeps the process number, so that the next run can end what this one left behind.
    `port` is where it will listen: another program that listens there already would answer in its place.
    A program that is not ready yet is ended by `death_signal`.
    `listener` is told each line of output, for a console; the log file gets the output either way.
    """

    record: Path
    ready: Callable[[], Awaitable[bool]]
    port: int | None = None
    listener: Callable[[str], None] | None = None
    start_within: float = 60
    stop_within: float = 10


class Ended(CannotStart):
    """The program ended or did not answer while it was starting. `output` is the end of its log."""

    def __init__(self, command: Command, reason: str, output: Sequence[str]) -> None:
        self.output = "\n".join(output)
        last = f' Its last words: "{" / ".join(output)}".' if output else ""
        super().__init__(f"{command.name} {reason}.{last} Mend what it names; the whole log: {command.log}")


class ChildProcess:
    """A program and, from `start` to `stop`, its process.

    Start it in a thread that lives as long as the child shall: the kernel ties the child to that thread.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.name = program.name
        self._log = Log(program.log)
        self._process: Process | None = None
        self._ready = False
        self._copying: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """Raises RuntimeError while it is not running."""
        return self._running().pid

    async def start(self) -> None:
        """Run it and wait until it is ready. Raises CannotStart, and leaves nothing running, when that fails."""
        program = self.program
        await reap(program.record, program.stop_signal, within=program.stop_within)
        if program.port is not None and not is_free(program.port):
            raise CannotStart(
                f"Port {program.port} on {HOST}, where {self.name} has to listen, is in use: stop what uses it."
            )
        self._ready = False
        await self._spawn()
        try:
            async with asyncio.timeout(program.start_within):
                await self._until_ready()
        except TimeoutError:
            await self.stop()
            raise Ended(program, f"did not answer within {program.start_within:g} s", self._log.tail()) from None
        except BaseException:
            await self.stop()
            raise

    async def wait(self) -> int:
        """Sleep until the process ends; its exit status, negative for a signal."""
        return await self._running().wait()

    async def stop(self) -> None:
        """Ask it to end, and force it after `stop_within` seconds. Does nothing when it is not running."""
        if self._process is None:
            return
        process, self._process = self._process, None
        signal = self.program.stop_signal if self._ready else _death_signal(self.program)
        await _finish(process, signal, self.program.stop_within)
        if self._copying is not None:
            await self._copying
        self.program.record.unlink(missing_ok=True)

    async def _spawn(self) -> None:
        listener, output = self.program.listener, self._log.open()
        try:
            self._process = await _spawn(self.program, PIPE if listener else output)
            if listener and self._process.stdout:
                lines = copy_lines(self._process.stdout, os.dup(output), listener)
                self._copying = asyncio.create_task(lines)
        finally:
            os.close(output)
        identity = Identity.of(self._process.pid)
        if identity is not None:
            identity.write(self.program.record)

    async def _until_ready(self) -> None:
        process = self._running()
        while not await self.program.ready():
            if process.returncode is not None:
                raise Ended(self.program, f"ended with status {process.returncode}", self._log.tail())
            await asyncio.sleep(_PAUSE)
        self._ready = True

    def _running(self) -> Process:
        if self._process is None:
            raise RuntimeError(f"{self.name} is not running.")
        return self._process


async def run(command: Command) -> None:
    """Run a command that does its work and ends. Raises Ended when it fails."""
    log = Log(command.log)
    output = log.open()
    try:
        process = await _spawn(command, output)
    finally:
        os.close(output)
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        await _finish(process, command.stop_signal, within=5)
        raise
    if status:
        raise Ended(command, f"failed with status {status}", log.tail())


async def _spawn(command: Command, output: int) -> Process:
    account = command.account
    who = [str(account.uid), str(account.gid)] if account else ["-", "-"]
    return await asyncio.create_subprocess_exec(
        *[sys.executable, "-I", "-S", str(_LAUNCH), str(os.getpid()), str(int(_death_signal(command))), *who],
        *command.words,
        cwd=command.directory,
        env=dict(command.environment),
        stdin=DEVNULL,
        stdout=output,
        stderr=STDOUT,
        start_new_session=True,  # a Ctrl-C in the terminal is for us alone; we stop the children in order.
        limit=_LONGEST_LINE,
    )


def _death_signal(command: Command) -> Signals:
    return command.death_signal or command.stop_signal


async def _finish(process: Process, signal: Signals, within: float) -> None:
    """By `signal`, by force after `within` seconds; what the process started itself goes with it."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.send_signal(signal)
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, SIGKILL)
    await process.wait()
