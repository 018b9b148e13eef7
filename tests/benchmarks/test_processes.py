"""Processor time is told by what runs, and it is that of a whole family."""

import asyncio
import os
import sys

import pytest

from benchmarks.processes import memory_megabytes, processor_seconds, program


@pytest.mark.parametrize(
    ("words", "name", "told"),
    [
        (["/usr/bin/python3", "-m", "services.files", "work", ""], "python3", "services.files work"),
        (["python", "-m", "gateway", "serve"], "python", "gateway serve"),
        (["python", "script.py"], "python", "python"),
        (["beam.smp", "-m", "x"], "beam.smp", "beam.smp"),
    ],
)
def test_a_process_is_called_by_what_it_runs(words: list[str], name: str, told: str) -> None:
    assert program(words, name) == told


async def test_children_are_counted_by_their_module() -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert child.stdout is not None
    await child.stdout.readline()  # it serves
    try:
        used, held = processor_seconds(os.getpid()), memory_megabytes(os.getpid())
    finally:
        child.kill()
        await child.communicate()

    assert used["http.server 0"] > 0
    assert held["http.server 0"] > 1
