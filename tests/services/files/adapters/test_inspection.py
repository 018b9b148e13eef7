"""The look in a process of its own: what it answers, what stops it, and what it has no hold of."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from services.files.adapters import confinement
from services.files.adapters.confinement import Confinement, Limits, Unanswered
from services.files.adapters.inspection import Inspector
from services.files.domain.content.findings import Code, Inspection
from tests.support.files.packing import zipped
from tests.support.files.portable import pdf

PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from services.files.adapters import confined\n"
Program = Callable[[str], None]


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "document"
    path.write_bytes(pdf())
    return path


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts another task into the process, where `inspect` would be."""

    def put(source: str) -> None:
        lines = "\n".join(f"    {line}" for line in source.splitlines())
        task = f"def task(*words):\n{lines}\nconfined.TASKS = {{'inspect': task, 'preview': task}}\n"
        monkeypatch.setattr(confinement, "_START", f"{PROGRAM}{task}sys.exit(confined.main())")

    return put


async def look(path: Path, name: str = "a.pdf", **limits: float) -> Inspection:
    return await Inspector(Confinement(limits=Limits(**limits))).inspected(path, name, "")  # type: ignore[arg-type] # figures


async def test_the_answer_is_that_of_the_rules(document: Path) -> None:
    assert await Inspector(Confinement()).inspected(document, "report.pdf", "application/pdf") == Inspection(
        "application/pdf"
    )

    found = await Inspector(Confinement()).inspected(document, "report.png", "")
    assert [finding.code for finding in found.findings] == [Code.TYPE_MISMATCH]


async def test_names_that_no_command_line_can_hold_are_looked_at_too(document: Path) -> None:
    for name in ("a\0b.pdf", "a\udc80.pdf", "\u202e.pdf", "-c.pdf\n"):
        found = await Inspector(Confinement()).inspected(document, name, "application/pdf\0")
        assert Code.UNSAFE_NAME in {finding.code for finding in found.findings}


async def test_a_file_that_is_not_there_is_no_finding(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await Inspector(Confinement()).inspected(tmp_path / "none", "a.pdf", "")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("raise RuntimeError", Code.UNREADABLE),
        ("import os; os.abort()", Code.UNREADABLE),
        ("import os; os._exit(0)", Code.UNREADABLE),
        ("return b'no JSON'", Code.UNREADABLE),
        ('return b\'["application/pdf", [["NO_SUCH_CODE", ""]]]\'', Code.UNREADABLE),
        ("return b'[]'", Code.UNREADABLE),
        ("return bytes(5 * 2**20)", Code.UNREADABLE),
        ("import os; os.write(os.memfd_create('a'), b'a'); return b'[\"a\", []]'", Code.UNREADABLE),
        ("return bytes(300 * 2**20)", Code.TOO_COSTLY),
    ],
)
async def test_a_look_that_fails_is_a_finding(document: Path, program: Program, source: str, code: Code) -> None:
    program(source)

    found = await look(document)

    assert (found.detected_type, [finding.code for finding in found.findings]) == ("application/octet-stream", [code])


async def test_a_look_that_computes_for_too_long_is_a_finding(document: Path, program: Program) -> None:
    program("while True: pass")

    found = await look(document, processor=1)

    assert [finding.code for finding in found.findings] == [Code.TOO_COSTLY]


async def test_a_look_that_sleeps_for_too_long_is_a_finding_and_its_process_is_gone(
    document: Path, program: Program, tmp_path: Path
) -> None:
    program("import time; time.sleep(600)")

    found = await look(document, clock=0.5)

    assert [finding.code for finding in found.findings] == [Code.TOO_COSTLY]
    assert not _children()


async def test_who_stops_waiting_ends_the_process(document: Path, program: Program) -> None:
    program("import time; time.sleep(600)")
    waiting = asyncio.create_task(look(document))
    while not _children():
        await asyncio.sleep(0.01)

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert not _children()


async def test_the_process_inherits_no_secret_and_no_socket(
    document: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILES_S3_SECRET_KEY", "secret")
    program(
        "import json, os\n"
        "held = [os.readlink(f'/proc/self/fd/{n}') for n in range(99) if os.path.exists(f'/proc/self/fd/{n}')]\n"
        "sockets = [each for each in held if each.startswith('socket')]\n"
        "return json.dumps([json.dumps([sorted(os.environ), os.getcwd(), sockets]), []]).encode()"
    )
    reader, writer = os.pipe()
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)

    found = await look(document)

    server.close()
    os.close(reader)
    os.close(writer)
    assert found.detected_type == '[["LC_ALL", "MALLOC_ARENA_MAX"], "/", []]'


async def test_no_more_run_at_once_than_allowed_and_the_loop_goes_on(
    document: Path, program: Program, tmp_path: Path
) -> None:
    go_on = tmp_path / "go-on"
    program(f"import os, time\nwhile not os.path.exists({str(go_on)!r}): time.sleep(0.01)\nreturn b'[\"a\", []]'")
    few = Inspector(Confinement(at_once=2))
    looks = [asyncio.create_task(few.inspected(document, "a", "")) for _ in range(5)]

    while len(_children()) < 2:
        await asyncio.sleep(0.01)
    most = 0
    for _ in range(20):
        most = max(most, len(_children()))
        await asyncio.sleep(0.01)
    go_on.touch()

    assert most == 2
    assert await asyncio.gather(*looks) == [Inspection("a")] * 5


async def test_a_bomb_takes_neither_memory_nor_time(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    bomb.write_bytes(zipped({f"{number}.log": b"a" * 30_000_000 for number in range(3)}))

    found = await Inspector(Confinement()).inspected(bomb, "a.zip", "")

    assert {finding.code for finding in found.findings} == {Code.DECOMPRESSION_BOMB}


async def test_unanswered_tells_its_reason(document: Path, program: Program) -> None:
    program("raise RuntimeError")

    with pytest.raises(Unanswered) as failure:
        await Confinement().ask("inspect", document)

    assert not failure.value.costly


def _children() -> set[str]:
    """Processes of ours that look; the test run has others."""
    me = str(os.getpid())
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == me and b"services.files.adapters" in words:
            found.add(process.name)
    return found
