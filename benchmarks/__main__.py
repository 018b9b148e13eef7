"""`make bench`: keeps what it measures in benchmarks/results.json; `python -m benchmarks PART...` for a part alone."""

import sys
from collections.abc import Awaitable, Callable
from functools import partial

import uvloop

from benchmarks.documents import measure_documents
from benchmarks.files import measure_files
from benchmarks.following.measure import measure_following
from benchmarks.gateway.measure import measure_gateways
from benchmarks.importing import measure_import
from benchmarks.incidents.measure import measure_incidents
from benchmarks.listing import measure_lists
from benchmarks.locales.measure import measure_locales
from benchmarks.operations import measure_operations
from benchmarks.people.measure import measure_people
from benchmarks.processes import memory_megabytes
from benchmarks.results import FILE, Figure, keep
from benchmarks.scaling import measure_scaling
from benchmarks.stack import measure_stack
from benchmarks.system import running_system
from benchmarks.timing import measure_timing
from benchmarks.walls.measure import measure_walls

Measured = tuple[list[Figure], list[str]]


async def measure_registry() -> Measured:
    """A fresh registry, with all services in one process."""
    figures: list[Figure] = []
    notes: list[str] = []
    async with running_system() as system:
        for measure in (measure_import, measure_lists):
            measured, said = await measure(system)
            figures += measured
            notes += said
        figures += [Figure(f"memory: {name}", held, "MB") for name, held in memory_megabytes(system.pid).items()]
    return figures, notes


PARTS: dict[str, Callable[[], Awaitable[Measured]]] = {
    "registry": measure_registry,
    "gateway": measure_gateways,
    "documents": measure_documents,
    "operations": measure_operations,
    "locales": measure_locales,
    "scaling": measure_scaling,
    "people": measure_people,
    "stack": measure_stack,
    "walls": measure_walls,
    "files": measure_files,
    "following": measure_following,
    "incidents": measure_incidents,
    "incidents-stack": partial(measure_incidents, "stack"),
    "timing": measure_timing,
}


async def main(asked: list[str]) -> int:
    """The exit code: 2 for a part that there is not."""
    unknown = sorted(set(asked) - set(PARTS))
    if unknown:
        sys.stderr.write(f"There is no part {', '.join(unknown)}: choose of {', '.join(PARTS)}.\n")
        return 2
    for part in asked or PARTS:
        figures, notes = await PARTS[part]()
        keep(part, figures, notes)
        sys.stdout.write("\n".join([*map(str, figures), *notes, ""]))
    sys.stdout.write(f"Kept in {FILE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(uvloop.run(main(sys.argv[1:])))
