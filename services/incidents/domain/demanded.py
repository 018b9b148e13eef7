"""How an incident stands apart from its own fields, and which demands are made of one that stands so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.incidents.domain.gates import ABOUT_PARTS, USUAL, Demand, Gates
from services.incidents.domain.lifecycle import StatusCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`rank` is that of its severity, None while nobody assessed it. What nobody looked at is as if there were none."""

    rank: int | None = None
    mandatory_tasks: int = 0
    open_mandatory_tasks: int = 0
    review_needed: bool = False
    review_approved: bool = False
    action_items: int = 0
    incomplete_action_items: int = 0

    def is_about(self, demand: Demand) -> bool:
        """Whether a demand says anything of it: of tasks where none is mandatory there is nothing to say."""
        there: Mapping[Demand, bool] = {
            Demand.TASKS: self.mandatory_tasks > 0,
            Demand.REVIEW: self.review_needed,
            Demand.ACTION_ITEMS: self.action_items > 0,
        }
        return there.get(demand, True)

    def value_of(self, column: Callable[[str], Any], name: str) -> Any:
        """What meets a demand: True where parts do, None where they do not, else what the column of that name has."""
        met: Mapping[str, bool] = {
            "tasks": self.open_mandatory_tasks == 0,
            "review": self.review_approved or not self.review_needed,
            "action_items": self.incomplete_action_items == 0,
        }
        return (met[name] or None) if name in met else column(name)


@dataclass(frozen=True, slots=True)
class Demanded:
    """What a company's gates demand. `floors` are ranks of severity from which on a demand is made."""

    gates: Gates
    floors: Mapping[StatusCategory, Mapping[Demand, int]]

    @property
    def about_parts(self) -> frozenset[Demand]:
        """What has to be known beside the incident's own fields; SEVERITY stands for its rank."""
        parts = ABOUT_PARTS & {demand for demands in self.gates.values() for demand in demands}
        return parts | {Demand.SEVERITY} if any(self.floors.values()) else parts

    def of(self, standing: Standing) -> Gates:
        """The gates of an incident that stands so. Of what nobody assessed no demand with a floor is made."""
        return {
            gate: tuple(
                each for each in demands if standing.is_about(each) and self._reached(gate, each, standing.rank)
            )
            for gate, demands in self.gates.items()
        }

    def _reached(self, gate: StatusCategory, demand: Demand, rank: int | None) -> bool:
        floor = self.floors.get(gate, {}).get(demand)
        return floor is None or (rank is not None and rank >= floor)


USUALLY: Final = Demanded(USUAL, {})
