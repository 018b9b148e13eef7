"""`make bench`: measures a fresh registry and keeps the figures in benchmarks/results.json."""

import asyncio
import sys

from benchmarks.importing import measure_import
from benchmarks.listing import measure_lists
from benchmarks.processes import memory_megabytes
from benchmarks.results import FILE, Figure, keep
from benchmarks.system import running_system


async def main() -> None:
    figures: list[Figure] = []
    notes: list[str] = []
    async with running_system() as system:
        for measure in (measure_import, measure_lists):
            measured, said = await measure(system)
            figures += measured
            notes += said
        figures += [Figure(f"memory: {name}", held, "MB") for name, held in memory_megabytes(system.pid).items()]
    keep(figures, notes)
    sys.stdout.write("\n".join([*map(str, figures), *notes, f"Kept in {FILE}", ""]))


if __name__ == "__main__":
    asyncio.run(main())
