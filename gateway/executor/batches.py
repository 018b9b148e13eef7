"""Entities that are asked for together, and the objects of the answer that each of them stands for."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from gateway.executor.merging import copied, merge_object
from gateway.executor.places import ConcretePath, first_places, path_to
from gateway.executor.rows import Object
from gateway.planner import EntityCall, Target


@dataclass(slots=True)
class Batch(ABC):
    """The entities of one `_entities` field, in the order of their representations."""

    call: EntityCall

    @abstractmethod
    def __len__(self) -> int:
        """How many entities it has."""

    def fill(self, found: object) -> bool:
        """Merge what was answered; False if it is not one answer for each entity."""
        if not isinstance(found, list) or len(found) != len(self):
            return not len(self)
        self._merge(found)
        return True

    @abstractmethod
    def _merge(self, found: list[Any]) -> None: ...

    @abstractmethod
    def place(self, data: Object) -> ConcretePath:
        """The first place of the answer where the first of them stands."""

    @abstractmethod
    def places(self, data: Object) -> list[ConcretePath]:
        """The first place of each; the work is that of looking at the whole answer once."""


@dataclass(slots=True)
class Distinct(Batch):
    """No two objects are the same entity."""

    target: Target
    items: list[Object]

    def __len__(self) -> int:
        return len(self.items)

    def _merge(self, found: list[Any]) -> None:
        for item, new in zip(self.items, found, strict=True):
            if type(new) is not dict:
                continue
            if item.keys().isdisjoint(new):  # as `_add` does, spelt out: there may be thousands
                item.update(new)
            else:
                merge_object(item, new)

    def place(self, data: Object) -> ConcretePath:
        return path_to(data, self.target.path, self.items[0]) or ()

    def places(self, data: Object) -> list[ConcretePath]:
        known = first_places(data, self.target.path)
        return [known.get(id(item), ()) for item in self.items]


@dataclass(slots=True)
class Repeated(Batch):
    """An entity may stand at many places: its objects, by the target they were found at."""

    owners: list[list[tuple[Target, list[Object]]]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.owners)

    def _merge(self, found: list[Any]) -> None:
        for owners, new in zip(self.owners, found, strict=True):
            if type(new) is dict:
                _add_everywhere(owners, new)

    def place(self, data: Object) -> ConcretePath:
        target, items = self.owners[0][0]
        return path_to(data, target.path, items[0]) or ()

    def places(self, data: Object) -> list[ConcretePath]:
        firsts = [owners[0] for owners in self.owners]
        known = {path: first_places(data, path) for path in {target.path for target, _ in firsts}}
        return [known[target.path].get(id(items[0]), ()) for target, items in firsts]


def _add_everywhere(owners: list[tuple[Target, list[Object]]], new: Object) -> None:
    """Objects of one target share what is nested in the answer, as all is alike there; other targets get copies."""
    for number, (_, items) in enumerate(owners):
        mine = copied(new) if number else new
        for item in items:
            _add(item, mine)


def _add(item: Object, new: Object) -> None:
    """Mostly nobody has these keys yet."""
    if item.keys().isdisjoint(new):
        item.update(new)
    else:
        merge_object(item, new)
