"""What the writers of a load mean to do, given what was last heard of each incident."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tests.support.faults.history import Operation, Outcome

_FEW: Final = 12  # that are worked on at a time in one company, so that writers meet
_KINDS: Final = {"register": 20, "edit": 45, "assign": 15, "move": 17, "delete": 3}
_INCIDENT: Final = "incident { id version status { id } responsible { id } } errors { code message }"


def _document(kind: str, of: str, selection: str) -> str:
    return f"mutation ($input: {of}Input!) {{ {of[0].lower()}{of[1:]}(input: $input) {{ {selection} }} }}"


DOCUMENTS: Final = {
    "register": _document("register", "RegisterIncident", f"alreadyRegistered {_INCIDENT}"),
    "edit": _document("edit", "EditIncident", _INCIDENT),
    "assign": _document("assign", "EditIncident", _INCIDENT),
    "move": _document("move", "ChangeIncidentStatus", _INCIDENT),
    "delete": _document("delete", "DeleteIncident", "deletedId incident { id version } errors { code message }"),
}


@dataclass(slots=True)
class Incident:
    """As last heard of. Whoever acts on an older version is told of a conflict, and changes nothing."""

    id: str
    version: int
    status: str
    responsible: str | None


class Intention(NamedTuple):
    """`writes` is how many history entries it leaves; the incident is None for a registration."""

    kind: str
    company: str
    incident: Incident | None
    arguments: dict[str, Any]
    writes: int


class Intentions:
    """`people` are the ids of who may become responsible, by company; `statuses` those that an incident may get."""

    def __init__(self, people: Mapping[str, list[str]], statuses: list[str]) -> None:
        self._people = people
        self._statuses = statuses
        self._known: dict[str, list[Incident]] = {company: [] for company in people}
        self._unsure: list[tuple[str, dict[str, Any]]] = []

    def draw(self, dice: random.Random, mark: str) -> Intention:
        """`mark` is found again in what it changes."""
        if self._unsure and dice.random() < 0.5:
            company, arguments = self._unsure.pop()
            return Intention("register", company, None, arguments, 1)
        company = dice.choice(sorted(self._people))
        known = self._known[company]
        (kind,) = dice.choices([*_KINDS], [*_KINDS.values()])
        if kind == "register" or len(known) < 3:
            return self._register(company, dice, mark)
        incident = dice.choice(known[-_FEW:])
        wanted = {"id": incident.id, "expectedVersion": incident.version}
        return Intention(kind, company, incident, *self._change(kind, company, incident, wanted, dice, mark))

    def learn(self, operation: Operation, company: str, incident: Incident | None) -> None:
        """From the answer, also from that to a conflict; who is refused otherwise leaves the incident alone."""
        told = operation.answer.get("incident")
        if operation.kind == "register" and operation.outcome is Outcome.UNKNOWN:
            self._unsure.append((company, operation.arguments))
        if incident is None:
            if told and not operation.answer["alreadyRegistered"]:
                self._known[company].append(_heard(told))
        elif told and "status" in told:
            if told["version"] > incident.version:  # answers overtake one another
                heard = _heard(told)
                incident.version, incident.status, incident.responsible = heard.version, heard.status, heard.responsible
        elif operation.answer and incident in self._known[company]:
            self._known[company].remove(incident)

    def _register(self, company: str, dice: random.Random, mark: str) -> Intention:
        responsible = dice.choice([None, *self._people[company]])
        arguments = {
            "title": f"Incident {mark}",
            "comment": mark,
            "company": {"code": company},
            "idempotencyKey": mark,
            **({"responsibleId": responsible} if responsible else {}),
        }
        return Intention("register", company, None, arguments, 1)

    def _change(
        self, kind: str, company: str, incident: Incident, wanted: dict[str, Any], dice: random.Random, mark: str
    ) -> tuple[dict[str, Any], int]:
        """The arguments and the number of history entries: an assignment is an edit too, and both happen or none."""
        if kind == "edit":
            return {**wanted, "comment": mark}, 1
        if kind == "assign":
            others = [each for each in (None, *self._people[company]) if each != incident.responsible]
            return {**wanted, "comment": mark, "responsibleId": dice.choice(others)}, 2
        if kind == "move":
            others = [each for each in self._statuses if each != incident.status]
            return {**wanted, "status": {"id": dice.choice(others)}}, 1
        return wanted, 1


def _heard(told: dict[str, Any]) -> Incident:
    responsible = told["responsible"]
    return Incident(told["id"], told["version"], told["status"]["id"], responsible and str(responsible["id"]))
