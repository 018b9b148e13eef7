"""What an incident has to tell before it goes on: a gate stands before a category and names fields.

The categories of the usual way lie one behind the other. Who skips some passes their gates as well; nothing stands in
the way back, nor in that of an incident that is taken up again, but what it passes anew.

    NEW -> TRIAGE -> ACTIVE -> RESOLVED -> REVIEW -> CLOSED          DECLINED, MERGED: only their own gates

Each company may have gates of its own in place of the usual ones.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from chassis.errors import Invalid
from services.incidents.domain.details import input_path
from services.incidents.domain.lifecycle import StatusCategory

_WAY: Final = (
    StatusCategory.NEW,
    StatusCategory.TRIAGE,
    StatusCategory.ACTIVE,
    StatusCategory.RESOLVED,
    StatusCategory.REVIEW,
    StatusCategory.CLOSED,
)


class Demand(StrEnum):
    """What a gate may ask for."""

    DESCRIPTION = "DESCRIPTION"
    CLASSIFICATION = "CLASSIFICATION"
    TYPE = "TYPE"
    SEVERITY = "SEVERITY"
    PRIORITY = "PRIORITY"
    RESPONSIBLE = "RESPONSIBLE"
    TEAM = "TEAM"
    DEPARTMENT = "DEPARTMENT"
    LOCATION = "LOCATION"
    REPORTED_BY = "REPORTED_BY"
    DETECTION_SOURCE = "DETECTION_SOURCE"
    OCCURRED_AT = "OCCURRED_AT"
    DETECTED_AT = "DETECTED_AT"
    AWARE_AT = "AWARE_AT"
    CONTAINED_AT = "CONTAINED_AT"
    RECOVERED_AT = "RECOVERED_AT"
    PERSONAL_DATA = "PERSONAL_DATA"
    CRITICAL_SERVICE = "CRITICAL_SERVICE"
    IMPACT = "IMPACT"
    IMPACT_LEVEL = "IMPACT_LEVEL"
    IMPACT_AREAS = "IMPACT_AREAS"
    COST = "COST"
    OUTCOME = "OUTCOME"
    ROOT_CAUSE = "ROOT_CAUSE"
    ACTIONS_TAKEN = "ACTIONS_TAKEN"
    PREVENTIVE_MEASURES = "PREVENTIVE_MEASURES"
    REPORTS_AND_RECORDS = "REPORTS_AND_RECORDS"
    TASKS = "TASKS"
    REVIEW = "REVIEW"
    ACTION_ITEMS = "ACTION_ITEMS"


Gates: TypeAlias = Mapping[StatusCategory, tuple[Demand, ...]]

USUAL: Final[Gates] = {
    StatusCategory.ACTIVE: (Demand.CLASSIFICATION, Demand.TYPE, Demand.SEVERITY, Demand.RESPONSIBLE),
    StatusCategory.RESOLVED: (Demand.ACTIONS_TAKEN,),
    StatusCategory.CLOSED: (
        *(Demand.DEPARTMENT, Demand.IMPACT, Demand.OUTCOME, Demand.PREVENTIVE_MEASURES),
        Demand.TASKS,
    ),
}
ABOUT_PARTS: Final = frozenset({Demand.TASKS, Demand.REVIEW, Demand.ACTION_ITEMS})
HIGHEST_RANK: Final = 2**31 - 1
_WAYS: Final[Mapping[Demand, str]] = {
    Demand.TASKS: "each of its mandatory tasks to be DONE or CANCELLED: see to it with editIncidentTask",
    Demand.REVIEW: "the review that its severity asks for to be APPROVED: write it with editIncidentReview, have it "
    "approved with changeIncidentReviewStatus",
    Demand.ACTION_ITEMS: "an owner and a due date for each of its open action items: tell them with "
    "editIncidentActionItem",
}
# Each demand is met by any one of these fields; where none is named, by the field of its own name.
_MET_BY: Final[Mapping[Demand, tuple[str, ...]]] = {
    Demand.CLASSIFICATION: ("classification_id",),
    Demand.TYPE: ("type_id",),
    Demand.SEVERITY: ("severity_id",),
    Demand.PRIORITY: ("priority_id",),
    Demand.RESPONSIBLE: ("responsible_id",),
    Demand.TEAM: ("team_id",),
    Demand.DEPARTMENT: ("department_id",),
    Demand.LOCATION: ("site_id", "location_text", "location_latitude"),
    Demand.REPORTED_BY: ("reported_by_id", "reported_by_name", "reported_by_email", "reported_by_phone"),
    Demand.DETECTION_SOURCE: ("detection_source_id",),
    Demand.IMPACT_LEVEL: ("impact_level_id",),
    Demand.COST: ("cost_amount",),
    Demand.OUTCOME: ("outcome_id",),
    Demand.PREVENTIVE_MEASURES: ("preventive_measures", "no_measures_reason"),
}
_INPUTS: Final[Mapping[Demand, str]] = {
    Demand.RESPONSIBLE: "responsible_id",
    Demand.TEAM: "team_id",
    Demand.DEPARTMENT: "department_id",
    Demand.AWARE_AT: "timestamps",
    Demand.CONTAINED_AT: "timestamps",
    Demand.RECOVERED_AT: "timestamps",
}
_EMPTY: Final[tuple[Any, ...]] = (None, [])


@dataclass(frozen=True, slots=True)
class Missing:
    """A demand that is not met, and the category whose gate makes it."""

    demand: Demand
    gate: StatusCategory


class Incomplete(Invalid):
    """An incident lacks what a gate demands. `reasons` are one refusal for each demand, the first of all first."""

    def __init__(self, lacking: Sequence[Missing]) -> None:
        self.reasons = [Invalid(way_out(each), field=(input_of(each.demand),)) for each in lacking]
        super().__init__(self.reasons[0].message, field=self.reasons[0].field)


def way_out(lacking: Missing) -> str:
    """What to do about it, for people."""
    if lacking.demand in _WAYS:
        return f"Before it is {lacking.gate.value} it needs {_WAYS[lacking.demand]}, then repeat this."
    named = " or ".join(_told_as(field) for field in fields_of(lacking.demand))
    return f"Before it is {lacking.gate.value} it needs {named}: tell it with editIncident, then repeat this."


def input_of(demand: Demand) -> str:
    """The field of an input by which a demand is met, or of the incident that shows its parts, by its Python name."""
    return _INPUTS.get(demand, demand.value.lower())


def gates_between(before: StatusCategory, after: StatusCategory) -> tuple[StatusCategory, ...]:
    """The categories whose gates a move passes, in their order."""
    if after not in _WAY:
        return () if before is after else (after,)
    passed = _WAY.index(before) if before in _WAY else 0
    return _WAY[passed + 1 : _WAY.index(after) + 1]


def missing(
    before: StatusCategory, after: StatusCategory, gates: Gates, value_of: Callable[[str], Any]
) -> list[Missing]:
    """What an incident, whose columns `value_of` tells, lacks for a move; each demand once, at its first gate."""
    passed = gates_between(before, after)
    demanded = {demand: gate for gate in reversed(passed) for demand in gates.get(gate, ())}
    found = [Missing(demand, gate) for demand, gate in demanded.items() if not met(demand, value_of)]
    return sorted(found, key=lambda each: (passed.index(each.gate), _ORDER[each.demand]))


def completeness(gates: Gates, value_of: Callable[[str], Any]) -> int:
    """How much of what all gates ask for is there, in per cent; nothing asked for is complete."""
    demanded = {demand for demands in gates.values() for demand in demands}
    if not demanded:
        return 100
    return 100 * sum(met(demand, value_of) for demand in demanded) // len(demanded)


def met(demand: Demand, value_of: Callable[[str], Any]) -> bool:
    """An answer of no is one, and so is nothing lost or paid."""
    return any(value_of(field) not in _EMPTY for field in fields_of(demand))


def fields_of(demand: Demand) -> tuple[str, ...]:
    """The columns that meet a demand, the usual one first."""
    return _MET_BY.get(demand, (demand.value.lower(),))


def with_own(own: Mapping[StatusCategory, Iterable[Demand]]) -> Gates:
    """A company's own gates in place of the usual ones."""
    return {**USUAL, **{category: tuple(demands) for category, demands in own.items()}}


def check_floors(demands: Sequence[Demand] | None, floors: Mapping[Demand, int]) -> dict[str, int]:
    """As they are stored: by the names of demands. Raises Invalid."""
    if not floors.keys() <= set(demands or ()):
        raise Invalid("A floor is for a demand of this gate: name it among the demands too.", field=("floors",))
    if not all(0 <= rank <= HIGHEST_RANK for rank in floors.values()):
        raise Invalid(f"A rank from 0 to {HIGHEST_RANK}.", field=("floors",))
    return {demand.value: floors[demand] for demand in Demand if demand in floors}


def _told_as(column: str) -> str:
    """`actions_taken` is actionsTaken, and `location_text` is location.text."""
    words = [part.removesuffix("_id").split("_") for part in input_path(column)]
    return ".".join(head + "".join(each.capitalize() for each in rest) for head, *rest in words)


_ORDER: Final = {demand: place for place, demand in enumerate(Demand)}
