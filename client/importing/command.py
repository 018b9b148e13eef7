"""`registry import`: its options, and what it prints at the end."""

import argparse
import os
import time
from pathlib import Path

from rich.console import Console

from client.backoff import Outage
from client.credentials import DEFAULT_URL, KEY_VARIABLE, URL_VARIABLE, Server, find_server
from client.errors import InputProblem
from client.graph import Graph
from client.importing.mapping import load_mapping
from client.importing.progress import Progress, progress_on
from client.importing.run import Import, Job, Outcome
from client.importing.sources import SourceFile
from client.importing.summary import so_far, summary

EXIT_CODES = """\
exit codes:
  0    every row is in (or, in a dry run, can go in)
  1    some rows are bad; the report lists row, column, value and reason, the others are in
  2    usage, mapping or file: nothing was sent
  3    the server cannot be reached, or refuses this key; run the same command again to go on
  130  interrupted; run the same command again to go on

Running the same import again changes nothing: each row is known by its key.
"""
_FIRST_PATIENCE = 15.0


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "import",
        help="register incidents from a CSV file or an XLSX workbook",
        description="Register incidents from a CSV file or an XLSX workbook, row by row, as a mapping says.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the table; .xlsx is a workbook, all else is CSV")
    parser.add_argument("--mapping", metavar="MAPPING", type=Path, required=True, help="TOML; see docs/importing.md")
    parser.add_argument("--dry-run", action="store_true", help="check every row and change nothing")
    parser.add_argument("--errors", metavar="FILE", type=Path, help="report of bad rows (default: FILE.errors.csv)")
    parser.add_argument("--url", help=f"address of the graph (default: {URL_VARIABLE}, or {DEFAULT_URL})")
    parser.add_argument(
        "--api-key-file", metavar="FILE", type=Path, help=f"file with the API key (default: the key in {KEY_VARIABLE})"
    )
    parser.add_argument(
        "--patience", metavar="SECONDS", type=_seconds, default=300.0,
        help="how long to wait for a server that stops answering (default: 300; before its first answer at most 15)",
    )  # fmt: skip
    parser.add_argument(
        "--parallel",
        metavar="N",
        type=_few,
        default=4,
        help="batches of 50 rows under way at once, 1 to 16 (default: 4)",
    )
    parser.set_defaults(run=run)


async def run(arguments: argparse.Namespace) -> int:
    """Answers the exit code. Raises CommandProblem."""
    job = _job(arguments)
    server = find_server(arguments.url, arguments.api_key_file, os.environ)
    began = time.monotonic()
    with progress_on(Console(stderr=True)) as progress:
        if server.readable_on_the_way:
            progress.say(f"Warning: {server.url} is not https; the API key can be read on its way.")
        outcome = await _import(job, server, progress, arguments.patience)
    print(summary(outcome, job, time.monotonic() - began))  # noqa: T201 - the result of the command.
    return 1 if outcome.tally.bad else 0


def _job(arguments: argparse.Namespace) -> Job:
    mapping = load_mapping(arguments.mapping)
    source = SourceFile(arguments.file, mapping.source)
    mapping.check_header(source.header, arguments.file)
    report = arguments.errors or arguments.file.with_name(arguments.file.name + ".errors.csv")
    if report.resolve() in {arguments.file.resolve(), arguments.mapping.resolve()}:
        raise InputProblem(f"{report} is what you import; name another file with --errors.")
    return Job(mapping, source, report, arguments.dry_run, arguments.parallel)


async def _import(job: Job, server: Server, progress: Progress, patience: float) -> Outcome:
    outage = Outage(server.url, patience=patience, first_patience=_FIRST_PATIENCE, tell=progress.say)
    async with Graph(server, outage) as graph:
        running = Import(job, graph, progress)
        try:
            return await running.run()
        finally:
            if not job.dry_run and running.stopped_midway:
                progress.say(so_far(running.outcome))


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 86_400:  # noqa: PLR2004 - a day.
        raise argparse.ArgumentTypeError("must be 0 to 86400 seconds")
    return value


def _few(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 16:  # noqa: PLR2004 - more would only queue at the server.
        raise argparse.ArgumentTypeError("must be 1 to 16")
    return value
