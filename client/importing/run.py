"""One import from its first to its last step.

read the mapping and the header          nothing is sent if they do not fit
fetch the directories                    the mapping's codes are checked
survey: check every row                  bad cells go to the report, company names are collected
find the companies, create the missing   a dry run creates none
read the file again, send the good rows  a dry run sends none
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from client.graph import Graph
from client.importing.batches import Sender, Tally, batches
from client.importing.companies import Companies
from client.importing.directories import fetch_directories
from client.importing.mapping import Mapping
from client.importing.parallel import each
from client.importing.progress import Progress
from client.importing.report import Report
from client.importing.rows import Prepared, RowReader
from client.importing.sources import SourceFile


@dataclass(frozen=True, slots=True)
class Job:
    """What to import. `at_once` bounds the batches under way."""

    mapping: Mapping
    source: SourceFile
    report: Path
    dry_run: bool
    at_once: int = 4


@dataclass(slots=True)
class Outcome:
    """`tally` counts rows as they are settled, so it tells the truth of an interrupted run too.

    In a dry run `ready` rows would be sent, and `new_companies` made.
    """

    tally: Tally
    new_companies: int = 0
    ready: int = 0


class Import:
    """Runs a job; `outcome` can be read at any time."""

    def __init__(self, job: Job, graph: Graph, progress: Progress) -> None:
        self._job = job
        self._graph = graph
        self._progress = progress
        self.outcome = Outcome(Tally())
        self._sending = self._finished = False

    @property
    def stopped_midway(self) -> bool:
        """Whether it ended by an exception after rows had begun to be sent."""
        return self._sending and not self._finished

    async def run(self) -> Outcome:
        """Raises InputProblem, ServerProblem. What was registered by then stays; running again goes on there."""
        with Report(self._job.report) as report:
            directories = await fetch_directories(self._graph)
            directories.check(self._job.mapping)
            reader = RowReader(self._job.mapping, directories, self._job.source)
            names, good = self._survey(reader, report)
            companies = await self._companies(names)
            sender = Sender(self._graph, reader, companies, report, self.outcome.tally)
            self._sending = True
            await self._send(reader, sender, good)
        self._finished = True
        return self.outcome

    def _survey(self, reader: RowReader, report: Report) -> tuple[set[str], int]:
        """The company names and the number of the good rows."""
        self._progress.stage("Checking rows", None)
        names: set[str] = set()
        good = 0
        for row in reader.read():
            self._progress.advance(1)
            if isinstance(row, Prepared):
                good += 1
                names |= {row.company} if row.company is not None else set()
            else:
                self.outcome.tally.bad += 1
                report.add(row)
        return names, good

    async def _companies(self, names: set[str]) -> Companies:
        companies = Companies(self._graph, self._job.mapping.company)
        missing = await companies.find(names, self._progress) if names else []
        if missing and self._job.dry_run:
            self.outcome.new_companies = len(await companies.would_create(missing))
        elif missing:
            await companies.create(missing, self._progress)
            self.outcome.new_companies = companies.created
        return companies

    async def _send(self, reader: RowReader, sender: Sender, good: int) -> None:
        self._progress.stage("Checking companies" if self._job.dry_run else "Registering", good)

        async def settle(rows: list[Prepared]) -> None:
            if self._job.dry_run:
                self.outcome.ready += len(rows)
            else:
                await sender.send(rows)
            self._progress.advance(len(rows))

        await each(batches(self._sendable(reader, sender)), settle, at_once=self._job.at_once)

    def _sendable(self, reader: RowReader, sender: Sender) -> Iterator[Prepared]:
        """The second reading: the bad rows were reported in the first."""
        for row in reader.read():
            if not isinstance(row, Prepared):
                continue
            if sender.with_company(row):
                yield row
            else:
                self._progress.advance(1)
