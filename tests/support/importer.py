"""The command `registry import` as a person runs it, in a directory of its own against a registry in memory."""

import asyncio
import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from client.__main__ import main
from tests.support.fake_registry import API_KEY, FakeRegistry

MAPPING = """
name = "sample"
[company]
column = "company"
create = true
[fields]
title = "title"
reportedAt = { column = "day", time_zone = "Asia/Almaty" }
dataSubjectsAffected = "people"
classification = "kind"
[values.classification]
empty = "other"
[values.classification.codes]
Theft = "intrusions"
Scam = "fraud"
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


class Importer:
    """`mapping` reads the columns company, title, day, people and kind."""

    def __init__(self, directory: Path, registry: FakeRegistry, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory = directory
        self.registry = registry
        self._capsys = capsys
        self.mapping = self.file("mapping.toml", MAPPING)

    def file(self, name: str, content: str) -> Path:
        path = self.directory / name
        path.write_text(content, encoding="utf-8")
        return path

    def table(self, *lines: str) -> Path:
        return self.file("rows.csv", "\n".join(["company,title,day,people,kind", *lines, ""]))

    async def run(self, table: Path, *options: str) -> Ran:
        """In a thread, because the command has an event loop of its own."""
        arguments = ["import", str(table), "--mapping", str(self.mapping), "--url", self.registry.url, *options]
        self._capsys.readouterr()
        code = await asyncio.to_thread(_exit_code, arguments)
        captured = self._capsys.readouterr()
        assert API_KEY not in captured.out + captured.err
        return Ran(code, captured.out, captured.err)

    def reported(self, table: Path) -> list[dict[str, str]]:
        with Path(f"{table}.errors.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def _exit_code(arguments: list[str]) -> int:
    try:
        return main(arguments)
    except SystemExit as stopped:
        return int(stopped.code or 0)
