"""Proving that no entry of a history was altered, removed, inserted or swapped, and no incident behind its back."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from services.incidents.domain.chain import Break, Link, exported, first_break, links_of
from services.incidents.domain.standing import first_difference
from services.incidents.persistence.chains import Chain, chains, merged_entries

_AUDITOR = Actor.system("verification of history", EVERY_COMPANY)


@dataclass(slots=True)
class Verdict:
    """`broken` has the first break of each chain that is not whole, `ends` the last hash of each that is.

    Of an incident that was altered past its history it is the history's end that is broken.
    """

    entries: int = 0
    broken: list[Break] = field(default_factory=list)
    ends: dict[str, str] = field(default_factory=dict)

    def judge(self, incident: str, links: list[Link], found: Break | None) -> None:
        self.entries += len(links)
        if found is None:
            self.ends[incident] = links[-1].hash
        else:
            self.broken.append(found)


async def verify_histories(database: Database) -> Verdict:
    """Of every incident, from the tables."""
    verdict = Verdict()
    async with database.read(_AUDITOR) as session:
        merged = await merged_entries(session)
        async for chain in chains(session):
            verdict.judge(str(chain.incident), chain.links, _break_of(chain, merged))
    return verdict


def _break_of(chain: Chain, merged: Mapping[str, str]) -> Break | None:
    incident = str(chain.incident)
    found = first_break(incident, chain.links, last=chain.last)
    if found is not None or chain.row is None:
        return found
    altered = first_difference(chain.row, chain.links, merged)
    reason = f"the incident's {altered} is not what its history says in the end"
    return None if altered is None else Break(incident, len(chain.links), reason)


def verify_export(lines: Iterable[str]) -> Verdict:
    """Of every incident in an export, whose entries stand together. Raises ValueError for what is no export.

    That nothing was cut off at the end is seen only by comparing the last hash with what is known of it elsewhere.
    """
    verdict = Verdict()
    for incident, links in groupby(links_of(lines), key=lambda link: str(link.record.get("incident_id"))):
        found = list(links)
        verdict.judge(incident, found, first_break(incident, found))
    return verdict


async def export_history(reference: str, database: Database) -> AsyncIterator[str]:
    """The lines of one incident's chain, oldest first; none when there is no such incident."""
    async with database.read(_AUDITOR) as session:
        async for chain in chains(session, reference):
            for link in chain.links:
                yield exported(link)
