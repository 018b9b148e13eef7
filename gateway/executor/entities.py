"""Collecting the entities of one request from the answer so far, each once."""

from collections.abc import Iterable
from typing import NamedTuple

from gateway.executor.batches import Batch, Distinct, Repeated
from gateway.executor.places import distinct_objects, values_at
from gateway.executor.representations import (
    Represent,
    RepresentAll,
    Sight,
    compile_distinct,
    compile_entity,
    compile_sight,
    identity_of,
)
from gateway.executor.rows import Object
from gateway.planner import EntityCall, Target


class _Seeker(NamedTuple):
    """A target, compiled."""

    target: Target
    represent: Represent
    represent_distinct: RepresentAll | None
    see: Sight

    @classmethod
    def of(cls, type_name: str, target: Target) -> "_Seeker":
        template = target.template
        return cls(
            target, compile_entity(type_name, template), compile_distinct(type_name, template), compile_sight(template)
        )


class Collector:
    """An `_entities` field of a plan, compiled."""

    def __init__(self, call: EntityCall) -> None:
        self._call = call
        self._seekers = [_Seeker.of(call.type_name, target) for target in call.targets]

    def collect(self, data: Object) -> tuple[Batch, list[Object]]:
        """The entities and their representations, which are of no use any more once they have been sent."""
        found = [values_at(data, seeker.target.path) for seeker in self._seekers]
        if len(found) == 1 and self._seekers[0].represent_distinct is not None:
            representations = self._seekers[0].represent_distinct(found[0])
            if representations is not None:
                return Distinct(self._call, self._seekers[0].target, found[0]), representations
        return self._collect_repeated(list(map(distinct_objects, found)))

    def _collect_repeated(self, found: list[list[Object]]) -> tuple[Batch, list[Object]]:
        batch = Repeated(self._call)
        representations: list[Object] = []
        numbers: dict[object, int] = {}
        for seeker, items in zip(self._seekers, found, strict=True):
            here: dict[int, list[Object]] = {}
            for alike in _grouped(items, seeker.see):
                representation = seeker.represent(alike[0])
                if representation is not None:
                    number = numbers.setdefault(identity_of(representation), len(numbers))
                    if number == len(batch):
                        representations.append(representation)
                        batch.owners.append([])
                    here.setdefault(number, []).extend(alike)
            for number, items_here in here.items():
                batch.owners[number].append((seeker.target, items_here))
        return batch, representations


def _grouped(items: Iterable[Object], see: Sight) -> Iterable[list[Object]]:
    """Objects that look alike, so that their representation is made once."""
    groups: dict[object, list[Object]] = {}
    for item in items:
        seen = see(item)
        if seen in groups:
            groups[seen].append(item)
        else:
            groups[seen] = [item]
    return groups.values()
