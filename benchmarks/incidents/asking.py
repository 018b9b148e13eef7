"""What is asked of a registry, and of PostGraphile beside it, and what each turn of it takes."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.people.asking import Person
from benchmarks.processes import processor_seconds
from benchmarks.walls.incidents import numbered

_NODES: Final = "nodes { id reference title registeredAt statusCategory company { name code } }"
LIST: Final = f"{{ incidents(first: 50) {{ {_NODES} }} }}"
FILTERED: Final = f"""
{{ incidents(first: 50, filter: {{
    statusCategories: [CLOSED], severities: [{{id: "{numbered(13_003)}"}}],
    classifications: [{{id: "{numbered(10_019)}"}}]
}}) {{ {_NODES} }} }}
"""
SEARCH: Final = """
query ($search: String!) { searchIncidents(search: $search, first: 50) {
    nodes { incident { id reference title registeredAt company { name code } }
            matches { field pieces { text matched } } } } }
"""
_TEXTS: Final = (
    "impact rootCause actionsTaken preventiveMeasures noMeasuresReason reportsAndRecords indicatorsText comment"
)
CARD: Final = f"""
query ($id: ID!) {{ incident(id: $id) {{
    id reference title description {_TEXTS} kind tlp pap statusCategory tags impactAreas language version sequence
    company {{ name code }} classification {{ name }} type {{ name }} status {{ name }} severity {{ name }}
    responsible {{ name }} registeredBy {{ name }} department {{ name }} team {{ name }} outcome {{ name }}
    location {{ text country }} reportedBy {{ name }} cost {{ amount currency }} source {{ channel system }}
    timestamps {{ timestamp at precision origin }} completeness missingFor {{ demand field }}
    visibility members {{ name }}
    history(first: 20) {{ nodes {{ sequence at operation changes {{ field before after }} }} }}
    comments(first: 20) {{ nodes {{ id body }} }}
}} }}
"""
REGISTER: Final = """
mutation ($company: ID!, $title: String!, $description: String!) { registerIncident(input: {
    company: {id: $company}, title: $title, description: $description, language: "en"
}) { incident { id reference } errors { code message field } } }
"""
_WHOLE: Final = """
mutation ($company: ID!, $words: String!) { registerIncident(input: {
    company: {id: $company}, title: "Note on a screen", description: $words, impact: $words, actionsTaken: $words,
    rootCause: $words, language: "en", type: {code: "fraud.phishing"}, severity: {code: "high"}, tags: ["screen"],
    occurredAt: "2026-03-02T07:40:00+01:00", detectedAt: "2026-03-02T08:40:00+01:00",
    location: {text: "Hall 3", country: "KZ"}, reportedBy: {name: "Somebody"}, cost: {amount: "10", currency: "EUR"}
}) { incident { id } errors { code message field } } }
"""
_SAY: Final = """
mutation ($id: ID!, $body: String!) { addIncidentComment(input: {incidentId: $id, body: $body}) {
    errors { code message field } } }
"""
MOVE: Final = """
mutation ($id: ID!, $status: String!) { changeIncidentStatus(input: {id: $id, status: {code: $status}}) {
    incident { id version } errors { code message field } } }
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """Milliseconds: of each request by the clock, in rising order, and of processors per request by program."""

    taken: Sequence[float]
    used: Mapping[str, float]

    @property
    def processor(self) -> float:
        return sum(self.used.values())

    def within(self, part: float) -> float:
        return self.taken[min(len(self.taken) - 1, int(len(self.taken) * part))]


async def timed(root: int, times: int, request: Callable[[int], Awaitable[Any]]) -> Turn:
    """One request after another; `root` is the process whose family does the work."""
    before, taken = processor_seconds(root), []
    for number in range(times):
        began = time.perf_counter()
        await request(number)
        taken.append((time.perf_counter() - began) * 1000)
    used = {name: (spent - before.get(name, 0)) / times * 1000 for name, spent in processor_seconds(root).items()}
    return Turn(sorted(taken), {name: spent for name, spent in used.items() if spent > 0})


class Visitor:
    """One person at one registry, who asks for lists and cards, registers incidents and moves them on."""

    def __init__(self, person: Person, companies: int) -> None:
        self._person = person
        self._companies = companies
        self._registered: list[str] = []
        self.cards: list[str] = []
        """Ids of incidents that tell much."""

    async def prepare(self, cards: int) -> None:
        words = " ".join(f"word{place}" for place in range(80))
        for number in range(cards):
            company = str(numbered(1 + number % self._companies))
            told = await self._person.ask(_WHOLE, company=company, words=words)
            card = _changed(told["registerIncident"])
            for place in range(5):
                await self._person.ask(_SAY, id=card, body=f"Seen {place} times")
            self.cards.append(card)

    async def list(self, _: int) -> None:
        await self._person.ask(LIST)

    async def filtered(self, _: int) -> None:
        await self._person.ask(FILTERED)

    async def search(self, number: int) -> None:
        """One word that stands in one of a hundred incidents."""
        await self._person.ask(SEARCH, search=f"often{number % 50}")

    async def search_two(self, number: int) -> None:
        """Two of these: in one of ten thousand."""
        await self._person.ask(SEARCH, search=f"often{number % 50} seldom{number % 50}")

    async def search_all(self, _: int) -> None:
        """A word that stands in every incident."""
        await self._person.ask(SEARCH, search="happened")

    async def card(self, number: int) -> None:
        await self._person.ask(CARD, id=self.cards[number % len(self.cards)])

    async def register(self, number: int) -> None:
        words = " ".join(f"word{number * 37 % 4001 + place}" for place in range(80))
        values = {"company": str(numbered(1 + number % self._companies)), "title": f"Stolen notebook {number}"}
        told = await self._person.ask(REGISTER, **values, description=words)
        self._registered.append(_changed(told["registerIncident"]))

    async def move(self, number: int) -> None:
        status = ("triage", "open")[number // len(self._registered) % 2]
        told = await self._person.ask(MOVE, id=self._registered[number % len(self._registered)], status=status)
        _changed(told["changeIncidentStatus"])


def _changed(payload: dict[str, Any]) -> str:
    if payload["errors"]:
        raise RuntimeError(payload["errors"])
    return str(payload["incident"]["id"])
