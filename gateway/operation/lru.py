"""A bounded memory of what was worked out before: the least recently used entry leaves first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Lru(Generic[K, V]):
    """At most `size` entries, together of at most `weight`. Not for use from several threads at once."""

    def __init__(self, size: int, weight: int | None = None) -> None:
        self._size = size
        self._most = weight
        self._weight = 0
        self._weights: dict[K, int] = {}
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: K, value: V, weight: int = 0) -> V:
        """The newest entry stays, whatever it weighs."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        self._weight += weight - self._weights.pop(key, 0)
        if weight:
            self._weights[key] = weight
        while len(self._entries) > 1 and self._is_full():
            gone, _ = self._entries.popitem(last=False)
            self._weight -= self._weights.pop(gone, 0)
        return value

    def _is_full(self) -> bool:
        return len(self._entries) > self._size or (self._most is not None and self._weight > self._most)
