"""Proving that no entry of a history was altered, removed, inserted or swapped."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from services.incidents.domain.chain import Break, Link, exported, first_break, links_of
from services.incidents.persistence.chains import chains

_AUDITOR = Actor.system("verification of history", EVERY_COMPANY)


@dataclass(slots=True)
class Verdict:
    """`broken` has the first break of each chain that is not whole, `ends` the last hash of each that is."""

    entries: int = 0
    broken: list[Break] = field(default_factory=list)
    ends: dict[str, str] = field(default_factory=dict)

    def judge(self, incident: str, links: list[Link], last: str | None = None) -> None:
        self.entries += len(links)
        found = first_break(incident, links, last=last)
        if found is None:
            self.ends[incident] = links[-1].hash
        else:
            self.broken.append(found)


async def verify_histories(database: Database) -> Verdict:
    """Of every incident, from the tables."""
    verdict = Verdict()
    async with database.read(_AUDITOR) as session:
        async for chain in chains(session):
            verdict.judge(str(chain.incident), chain.links, chain.last)
    return verdict


def verify_export(lines: Iterable[str]) -> Verdict:
    """Of every incident in an export, whose entries stand together. Raises ValueError for what is no export.

    That nothing was cut off at the end is seen only by comparing the last hash with what is known of it elsewhere.
    """
    verdict = Verdict()
    for incident, links in groupby(links_of(lines), key=lambda link: str(link.record.get("incident_id"))):
        verdict.judge(incident, list(links))
    return verdict


async def export_history(reference: str, database: Database) -> AsyncIterator[str]:
    """The lines of one incident's chain, oldest first; none when there is no such incident."""
    async with database.read(_AUDITOR) as session:
        async for chain in chains(session, reference):
            for link in chain.links:
                yield exported(link)
