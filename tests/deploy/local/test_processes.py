"""Child processes: start, readiness, stop, and what is left when things go wrong."""

import asyncio
import os
import re
import signal
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from deploy.local.errors import CannotStart
from deploy.local.pid_files import Identity
from deploy.local.ports import HOST
from deploy.local.processes import ChildProcess, Command, Ended, Program, run

MakeProgram = Callable[..., Program]
UntilGone = Callable[[Identity], Awaitable[None]]

SERVE = "import time, pathlib; pathlib.Path('ready').touch(); time.sleep(600)"
IGNORE_SIGTERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SERVE}"
WITH_CHILD = f"import subprocess, sys; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); {SERVE}"


def identity(pid: int) -> Identity:
    found = Identity.of(pid)
    assert found is not None
    return found


async def test_a_started_program_is_ready_and_recorded(make_program: MakeProgram, place: Path) -> None:
    process = ChildProcess(make_program(SERVE))
    await process.start()

    assert (place / "ready").exists()
    assert Identity.read(place / "process.json") == identity(process.pid)
    await process.stop()


async def test_a_stopped_program_is_gone_with_its_record(make_program: MakeProgram, place: Path) -> None:
    process = ChildProcess(make_program(SERVE))
    await process.start()
    running = identity(process.pid)

    await process.stop()

    assert not running.alive()
    assert not (place / "process.json").exists()


async def test_a_program_that_ignores_the_signal_is_stopped_by_force(make_program: MakeProgram) -> None:
    process = ChildProcess(make_program(IGNORE_SIGTERM, stop_within=0.2))
    await process.start()
    running = identity(process.pid)

    await process.stop()

    assert not running.alive()


async def test_what_the_program_started_itself_goes_with_it(
    make_program: MakeProgram, place: Path, until_gone: UntilGone
) -> None:
    process = ChildProcess(make_program(WITH_CHILD))
    await process.start()
    grandchild = identity(int((place / "log").read_text()))

    await process.stop()

    await until_gone(grandchild)


async def test_an_early_end_tells_the_last_words_and_the_log(make_program: MakeProgram, place: Path) -> None:
    process = ChildProcess(make_program("print('no room'); raise SystemExit(3)"))

    with pytest.raises(
        Ended, match=re.escape(f'"no room". Mend what it names; the whole log: {place / "log"}')
    ) as caught:
        await process.start()

    assert "Example ended with status 3" in str(caught.value)


async def test_last_words_are_those_of_this_run(make_program: MakeProgram, place: Path) -> None:
    (place / "log").write_text("of an earlier run\n")

    with pytest.raises(Ended) as caught:
        await ChildProcess(make_program("print('of this run')")).start()

    assert caught.value.output == "of this run"


async def test_a_program_that_never_gets_ready_is_ended(make_program: MakeProgram, place: Path) -> None:
    program = make_program("import os, time; print(os.getpid(), flush=True); time.sleep(600)", start_within=0.5)

    with pytest.raises(Ended, match=r"did not answer within 0\.5 s"):
        await ChildProcess(program).start()

    assert Identity.of(int((place / "log").read_text())) is None


async def test_what_an_earlier_run_left_is_ended_first(make_program: MakeProgram) -> None:
    left, after = ChildProcess(make_program(SERVE)), ChildProcess(make_program(SERVE))
    await left.start()
    running = identity(left.pid)

    await after.start()

    assert not running.alive()
    assert identity(after.pid).alive()
    await after.stop()
    await left.stop()


async def test_a_record_of_another_process_with_that_number_is_ignored(make_program: MakeProgram, place: Path) -> None:
    Identity(os.getpid(), "long ago").write(place / "process.json")
    process = ChildProcess(make_program(SERVE))

    await process.start()  # and we are still here.

    await process.stop()


async def test_a_listener_hears_each_line_and_the_log_keeps_it(make_program: MakeProgram, place: Path) -> None:
    heard: list[str] = []
    process = ChildProcess(make_program(f"print('one\\ntwo', flush=True); {SERVE}", listener=heard.append))
    await process.start()
    await process.stop()

    assert heard == ["one", "two"]
    assert (place / "log").read_text() == "one\ntwo\n"


async def test_the_program_sees_only_the_environment_given(make_program: MakeProgram, place: Path) -> None:
    code = f"import os; print(sorted(k for k in os.environ if k != 'LC_CTYPE'), flush=True); {SERVE}"
    process = ChildProcess(make_program(code, environment={"ONE": "1"}))
    await process.start()
    await process.stop()

    assert (place / "log").read_text() == "['ONE']\n"


async def test_a_killed_program_ends_the_wait_with_its_signal(make_program: MakeProgram) -> None:
    process = ChildProcess(make_program(SERVE))
    await process.start()

    os.kill(process.pid, signal.SIGKILL)

    assert await process.wait() == -signal.SIGKILL
    await process.stop()


async def test_a_program_that_is_not_there_is_named(make_program: MakeProgram) -> None:
    with pytest.raises(Ended, match="/nonexistent: No such file or directory"):
        await ChildProcess(make_program("", words=["/nonexistent"])).start()


async def test_a_failing_command_tells_why(place: Path) -> None:
    command = Command(name="ls", words=["/bin/ls", "/nonexistent"], directory=place, log=place / "log")

    with pytest.raises(Ended, match=r"ls failed with status 2.*nonexistent"):
        await run(command)


async def test_a_cancelled_start_leaves_nothing_running(make_program: MakeProgram, place: Path) -> None:
    starting = asyncio.create_task(ChildProcess(make_program("import time; time.sleep(600)")).start())
    while Identity.read(place / "process.json") is None:
        await asyncio.sleep(0.02)
    running = Identity.read(place / "process.json")

    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)

    assert running is not None
    assert not running.alive()


async def test_a_program_that_is_not_ready_yet_is_ended_by_the_signal_for_that(
    make_program: MakeProgram, place: Path
) -> None:
    deaf = "import signal, time, pathlib; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    program = make_program(deaf, death_signal=signal.SIGKILL, stop_within=600)
    starting = asyncio.create_task(ChildProcess(program).start())
    while Identity.read(place / "process.json") is None:
        await asyncio.sleep(0.02)

    starting.cancel()
    ended = await asyncio.gather(starting, return_exceptions=True)

    assert [type(each) for each in ended] == [asyncio.CancelledError]


async def test_a_port_where_another_program_answers_is_told(make_program: MakeProgram, place: Path) -> None:
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} on {HOST}, where Example has to listen, is in use"):
            await ChildProcess(make_program(SERVE, port=port)).start()

    assert not (place / "process.json").exists()
