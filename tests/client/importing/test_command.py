"""The command line around an import: usage, help, the report's file, interruption."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.__main__ import main
from tests.support.fake_registry import API_KEY
from tests.support.importer import Importer, Ran

ROOT = Path(__file__).parents[3]
ROW = "Acme,Door forced,2024-03-01,3,Theft"
BAD = "Acme,Door forced,never,3,Theft"


@pytest.mark.parametrize(
    "options",
    [["--api-key", "ir_x"], ["--parallel", "0"], ["--parallel", "99"], ["--patience", "-1"], ["--patience", "nan"]],
)
async def test_wrong_usage_ends_with_2(importer: Importer, options: list[str]) -> None:
    ran = await importer.run(importer.table(ROW), *options)

    assert ran.code == 2
    assert importer.registry.incidents == {}


def test_the_help_tells_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["import", "--help"])

    text = capsys.readouterr().out
    assert "exit codes:\n  0    every row is in" in text
    assert "  3    the server cannot be reached" in text


@pytest.mark.parametrize("name", ["rows.csv", "mapping.toml", "letter.txt"])
async def test_the_report_overwrites_nothing_but_a_report(importer: Importer, name: str) -> None:
    importer.file("letter.txt", "Dear Ada,\n")
    table = importer.table(BAD)
    before = (importer.directory / name).read_bytes()

    ran = await importer.run(table, "--errors", name)

    assert ran.code == 2
    assert "name another file with --errors" in ran.err
    assert (importer.directory / name).read_bytes() == before


async def test_a_report_that_cannot_be_written_is_told_before_anything_is_sent(importer: Importer) -> None:
    ran = await importer.run(importer.table(ROW), "--errors", "absent/errors.csv")

    assert ran.code == 2
    assert "absent/errors.csv cannot be written" in ran.err
    assert importer.registry.companies_by_name == {}


async def test_progress_is_plain_lines_when_nobody_watches(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.importing.progress.SECONDS_BETWEEN_LINES", 0.0)

    ran = await importer.run(importer.table(*[ROW] * 60), "--parallel", "1")

    assert "Registering: 60\n" in ran.err
    assert "Registering: 50 of 60, " in ran.err
    assert "\x1b" not in ran.err


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Programs started now can be interrupted, also where these tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
async def test_an_interrupted_import_says_how_to_go_on_and_does(importer: Importer) -> None:
    importer.registry.companies_by_name["Acme"] = "id-acme"
    table = importer.table(*[ROW] * 120)
    importer.registry.trouble = ["", *[503] * 1000]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "client", "import", str(table), "--mapping", str(importer.mapping)),
        *("--url", importer.registry.url, "--parallel", "1"),
        env={**os.environ, "PYTHONPATH": str(ROOT), "REGISTRY_API_KEY": API_KEY},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    said = b""
    while b"trying again" not in said:
        said += await process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()

    assert process.returncode == 130
    assert b"Stopped: 50 registered" in err
    assert b"Run the same command again" in err
    assert b"Traceback" not in said + err + out

    importer.registry.trouble = []
    ran: Ran = await importer.run(table)

    assert "70 registered, 50 already there" in ran.out
    assert len(importer.registry.incidents) == 120
