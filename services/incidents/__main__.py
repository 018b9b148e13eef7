"""`python -m services.incidents serve | work | migrate | schema`, and about histories and what was deleted:

verify-history [FILE] | export-history REFERENCE | purge [--dry-run]
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from chassis.commandline import OpenRuntime, Service, main
from services.incidents.app import NAME, new_application, new_runtime
from services.incidents.graphql.schema import schema
from services.incidents.persistence.migrations import VERSIONS
from services.incidents.persistence.rows import Base
from services.incidents.settings import IncidentsSettings, retention_of
from services.incidents.usecases.purge_incidents import due_incidents, purge_incidents
from services.incidents.usecases.record_disclosure import note_export
from services.incidents.usecases.verify_history import Verdict, export_history, verify_export, verify_histories
from services.incidents.worker import new_worker

_WRONG_USE = 2


async def _verify(open_runtime: OpenRuntime, arguments: Sequence[str]) -> int:
    """From the tables, or offline from the file of an export. 1 when a chain is broken."""
    if len(arguments) > 1:
        return _refuse("usage: verify-history [FILE]")
    if arguments:
        return _verify_file(Path(arguments[0]))
    async with open_runtime() as runtime:
        return _tell(await verify_histories(runtime.database))


def _verify_file(file: Path) -> int:
    try:
        with file.open(encoding="utf-8") as lines:
            verdict = verify_export(lines)
    except ValueError as error:
        return _refuse(f"{file}: {error}")
    sys.stdout.writelines(f"incident {incident} ends with {last}\n" for incident, last in verdict.ends.items())
    return _tell(verdict)


async def _export(open_runtime: OpenRuntime, arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        return _refuse("usage: export-history REFERENCE")
    number = 0
    async with open_runtime() as runtime:
        await note_export(arguments[0], runtime.database)
        async for line in export_history(arguments[0], runtime.database):
            sys.stdout.write(f"{line}\n")
            number += 1
    return 0 if number else _refuse(f"there is no history of {arguments[0]}")


async def _purge(open_runtime: OpenRuntime, arguments: Sequence[str]) -> int:
    """What is due now; the worker does the same by itself."""
    if arguments and list(arguments) != ["--dry-run"]:
        return _refuse("usage: purge [--dry-run]")
    act, done = (due_incidents, "would be") if arguments else (purge_incidents, "were")
    async with open_runtime() as runtime:
        found = await act(runtime.database, retention_of(runtime))
    sys.stdout.writelines(f"{reference}\n" for reference in found)
    sys.stdout.write(f"{len(found)} incidents {done} purged\n")
    return 0


def _tell(verdict: Verdict) -> int:
    sys.stdout.writelines(f"FAIL  {each}\n" for each in verdict.broken)
    whole, broken = len(verdict.ends), len(verdict.broken)
    sys.stdout.write(f"{verdict.entries} entries of {whole + broken} incidents: {broken} chains broken\n")
    return 1 if broken else 0


def _refuse(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return _WRONG_USE


SERVICE = Service(
    name=NAME,
    settings=IncidentsSettings,
    schema=schema,
    metadata=Base.metadata,
    versions=VERSIONS,
    listeners=Path(__file__).parent / "events" / "listeners.json",
    runtime=new_runtime,
    application=new_application,
    worker=new_worker,
    tools={"verify-history": _verify, "export-history": _export, "purge": _purge},
)

if __name__ == "__main__":
    sys.exit(main(SERVICE))
