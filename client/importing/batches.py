"""Sending rows through `registerIncidents`, fifty at a time, and telling what became of each."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from client.errors import InputProblem, Rejected, ServerProblem
from client.graph import Graph
from client.importing.cells import BadCell
from client.importing.companies import Companies
from client.importing.documents import REGISTER_INCIDENTS
from client.importing.report import Report
from client.importing.rows import Prepared, RowReader

MOST_ROWS = 50
MOST_BYTES = 1_000_000

# Refusals of a whole request that one of its rows may have caused; any other is about the caller.
_ABOUT_ROWS = frozenset({"COMPANY_NOT_FOUND", "BAD_USER_INPUT", "GRAPHQL_INVALID", "TOO_LARGE", "INTERNAL"})


def batches(rows: Iterable[Prepared]) -> Iterator[list[Prepared]]:
    """As many rows as the server takes at once, fewer where their narratives are long."""
    batch: list[Prepared] = []
    room = MOST_BYTES
    for row in rows:
        size = len(json.dumps(row.content, ensure_ascii=False).encode())
        if batch and (len(batch) == MOST_ROWS or size > room):
            yield batch
            batch, room = [], MOST_BYTES
        batch.append(row)
        room -= size
    if batch:
        yield batch


@dataclass(slots=True)
class Tally:
    """How many rows ended in which way."""

    registered: int = 0
    already_there: int = 0
    bad: int = 0

    @property
    def rows(self) -> int:
        return self.registered + self.already_there + self.bad


class Sender:
    """Sends batches; several may be under way at once. Each row carries its key, so repeating one is safe."""

    def __init__(self, graph: Graph, reader: RowReader, companies: Companies, report: Report, tally: Tally) -> None:
        self._graph = graph
        self._reader = reader
        self._companies = companies
        self._report = report
        self._tally = tally

    def with_company(self, row: Prepared) -> bool:
        """Whether the row has a company that can take it; if not, it is reported."""
        reason = self._companies.refused.get(row.company) if row.company is not None else None
        if reason is not None:
            self._bad(self._reader.blame(row, ["company"], reason))
        return reason is None

    async def send(self, rows: Sequence[Prepared]) -> None:
        """Raises ServerProblem when the server is gone for good, or refuses the caller."""
        try:
            data = await self._graph.ask(
                REGISTER_INCIDENTS, {"input": {"incidents": [self._input(row) for row in rows]}}
            )
        except Rejected as refusal:
            if refusal.code not in _ABOUT_ROWS:
                raise
            await self._narrow_down(rows, refusal)
        else:
            self._settle(rows, data.get("registerIncidents"))

    async def _narrow_down(self, rows: Sequence[Prepared], refusal: Rejected) -> None:
        """Halve a refused batch until the row to blame stands alone and the others are in."""
        if len(rows) == 1:
            reason = f"the server refuses the row: {refusal.message} ({refusal.code})"
            path = ["company"] if refusal.code == "COMPANY_NOT_FOUND" else []
            self._bad(self._reader.blame(rows[0], path, reason))
            return
        middle = len(rows) // 2
        await self.send(rows[:middle])
        await self.send(rows[middle:])

    def _input(self, row: Prepared) -> dict[str, Any]:
        if row.company is None:
            return row.content
        company = self._companies.ids.get(row.company)
        if company is None:
            raise InputProblem("The table was changed while it was read; start the import again.")
        return {**row.content, "company": {"id": company}}

    def _settle(self, rows: Sequence[Prepared], payload: dict[str, Any] | None) -> None:
        results = (payload or {}).get("results") or []
        if payload and payload["errors"] and not results:
            # The batch as such was refused: each of its rows is told so.
            results = [{"alreadyRegistered": False, "errors": payload["errors"]}] * len(rows)
        if len(results) != len(rows):
            raise ServerProblem(f"The server answers {len(results)} results to {len(rows)} rows.")
        for row, result in zip(rows, results, strict=True):
            self._settle_one(row, result)

    def _settle_one(self, row: Prepared, result: dict[str, Any]) -> None:
        if result["errors"]:
            blamed = [self._reader.blame(row, error["field"], error["message"]) for error in result["errors"]]
            self._bad(*blamed)
        elif result["alreadyRegistered"]:
            self._tally.already_there += 1
        else:
            self._tally.registered += 1

    def _bad(self, *cells: BadCell) -> None:
        """One row, with all that is wrong with it."""
        self._tally.bad += 1
        self._report.add(cells)
