"""Entities of one request: collected from the answer without duplicates, filled from what the subgraph says of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gateway.executor.merging import copied, merge_object
from gateway.executor.places import ConcretePath, objects_at, path_to
from gateway.executor.representations import Represent, Sight, compile_entity, compile_sight, identity_of
from gateway.planner import EntityCall, Target

Object = dict[str, Any]


@dataclass(slots=True)
class Entity:
    """What one representation stands for: objects of the answer, by the target they were found at."""

    owners: list[tuple[Target, list[Object]]] = field(default_factory=list)

    def merge(self, new: Object) -> None:
        """Objects of one target share what is nested in the answer, as all is alike there; other targets get copies."""
        for number, (_, items) in enumerate(self.owners):
            mine = copied(new) if number else new
            for item in items:
                if item.keys().isdisjoint(mine):
                    item.update(mine)
                else:
                    merge_object(item, mine)

    def path(self, data: Object) -> ConcretePath:
        """The first place where it stands."""
        target, items = self.owners[0]
        return path_to(data, target.path, items[0]) or ()


@dataclass(slots=True)
class Batch:
    """The entities of one `_entities` field, in the order of their representations."""

    call: EntityCall
    representations: list[Object] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def fill(self, found: object) -> bool:
        """Merge what was answered; False if it is not one answer for each entity."""
        if not isinstance(found, list) or len(found) != len(self.entities):
            return not self.entities
        for entity, new in zip(self.entities, found, strict=True):
            if isinstance(new, dict):
                entity.merge(new)
        return True

    def path(self, data: Object) -> ConcretePath:
        return self.entities[0].path(data)


class Collector:
    """An `_entities` field of a plan, compiled."""

    def __init__(self, call: EntityCall) -> None:
        self._call = call
        self._targets: list[tuple[Target, Represent, Sight]] = [
            (target, compile_entity(call.type_name, target.template), compile_sight(target.template))
            for target in call.targets
        ]

    def collect(self, data: Object) -> Batch:
        if len(self._targets) == 1 and self._targets[0][2] is not id:
            return self._collect_one(data, *self._targets[0])
        return self._collect_all(data)

    def _collect_one(self, data: Object, target: Target, represent: Represent, see: Sight) -> Batch:
        """The common case: what does not look alike has no equal anywhere else."""
        batch = Batch(self._call)
        for alike in _grouped(objects_at(data, target.path), see):
            representation = represent(alike[0])
            if representation is not None:
                batch.representations.append(representation)
                batch.entities.append(Entity([(target, alike)]))
        return batch

    def _collect_all(self, data: Object) -> Batch:
        batch = Batch(self._call)
        numbers: dict[object, int] = {}
        for target, represent, see in self._targets:
            here: dict[int, list[Object]] = {}
            for alike in _grouped(objects_at(data, target.path), see):
                representation = represent(alike[0])
                if representation is not None:
                    number = numbers.setdefault(identity_of(representation), len(numbers))
                    if number == len(batch.entities):
                        batch.representations.append(representation)
                        batch.entities.append(Entity())
                    here.setdefault(number, []).extend(alike)
            for number, items in here.items():
                batch.entities[number].owners.append((target, items))
        return batch


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
