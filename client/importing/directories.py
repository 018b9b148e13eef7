"""The coded lists of the server: which codes a mapping may use, and which a row holds by mistake."""

from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from client.errors import InputProblem, ServerProblem
from client.graph import Graph
from client.importing.cells import BadValue, Cell, as_text
from client.importing.codes import Code
from client.importing.documents import DIRECTORIES
from client.importing.mapping import Mapping
from client.importing.tables import nearest
from client.importing.targets import CODED, CUSTOM, custom_code
from client.importing.values import Constant

_LISTS = {
    "classification": "classifications",
    "type": "incidentTypes",
    "status": "incidentStatuses",
    "severity": "severities",
    "priority": "priorities",
    "detectionSource": "detectionSources",
    "impactLevel": "impactLevels",
    "outcome": "outcomes",
    CUSTOM: "timestamps",
}


@dataclass(frozen=True, slots=True)
class Directories:
    """The active codes by target, and the classification that each type belongs to."""

    codes: MappingType[str, frozenset[str]]
    classification_of: MappingType[str, str]

    def check(self, mapping: Mapping) -> None:
        """Raises InputProblem for a code in the mapping that the server does not have."""
        for target, code in _written_codes(mapping):
            if code not in self.codes[target]:
                raise InputProblem(
                    f"{mapping.file}: values.{target}: {code!r} is no active {target} of the server; "
                    f"{nearest(code, self.codes[target])}"
                )
        for code in filter(None, map(custom_code, mapping.fields)):
            if code not in self.codes[CUSTOM]:
                raise InputProblem(
                    f"{mapping.file}: fields.{CUSTOM}.{code}: is no active timestamp of the server; "
                    f"{nearest(code, self.codes[CUSTOM])}"
                )

    def misfits(
        self, content: MappingType[str, Any], mapping: Mapping, cells: MappingType[str, Cell]
    ) -> Iterator[BadValue]:
        """Codes that the server would refuse in this incident."""
        chosen = {target: content[target]["code"] for target in CODED if target in content}
        for target, code in chosen.items():
            if code not in self.codes[target]:
                reason = f"{code!r} is no active {target} of the server; {_way_out(code, target, self.codes[target])}"
                yield _bad(mapping, target, cells, reason)
        owner = self.classification_of.get(chosen.get("type", ""))
        if owner and chosen.get("classification", owner) != owner:
            reason = f"the type {chosen['type']!r} belongs to {owner!r}, not to {chosen['classification']!r}"
            yield _bad(mapping, "type", cells, reason)


async def fetch_directories(graph: Graph) -> Directories:
    """Raises ServerProblem when they cannot be had."""
    data = await graph.ask(DIRECTORIES)
    if any(data.get(name) is None for name in _LISTS.values()):
        raise ServerProblem("The server does not show its directories; ask an administrator for a group.")
    active = {target: [entry for entry in data[name] if entry["active"]] for target, name in _LISTS.items()}
    return Directories(
        codes={target: frozenset(entry["code"] for entry in entries) for target, entries in active.items()},
        classification_of={entry["code"]: entry["classification"]["code"] for entry in active["type"]},
    )


def _written_codes(mapping: Mapping) -> Iterator[tuple[str, str]]:
    for target, form in mapping.fields.items():
        if target not in CODED:
            continue
        if isinstance(form, Constant):
            yield target, str(form.value)
        elif isinstance(form, Code) and form.table:
            yield from ((target, code) for code in sorted(form.table.targets))


def _way_out(code: str, target: str, known: frozenset[str]) -> str:
    close = get_close_matches(code, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"correct it, or say in [values.{target}.codes] which it means"


def _bad(mapping: Mapping, target: str, cells: MappingType[str, Cell], reason: str) -> BadValue:
    columns = mapping.fields[target].columns
    return BadValue(", ".join(columns), as_text(cells[columns[0]]) if columns else "", reason)
