"""Response keys of what only the gateway asks: for keys of entities, for @requires."""

from collections.abc import Iterator

from gateway.supergraph import SelectedField, SelectionSet

_Field = tuple[str, str]


class InternalKeys:
    """The same key for the same field at every place, and never one that the client gives to something else anywhere.

    One object is asked for at several positions, as its interface and as its type, and what they ask meets in it. So
    a key must not depend on what is known at one of them.
    """

    def __init__(self, selection: SelectionSet) -> None:
        """`selection` is the client's operation."""
        self.given: dict[str, set[_Field]] = {}
        for field in _fields(selection):
            self.given.setdefault(field.response_key, set()).add((field.name, field.arguments))
        self._chosen: dict[_Field, str] = {}

    def of(self, name: str, arguments: str) -> str:
        """The field's own name, or another where that is taken for something else."""
        asked = (name, arguments)
        if asked not in self._chosen:
            key, number = name, 0
            while self.given.setdefault(key, {asked}) != {asked}:
                key, number = f"_{name}_{number}" if number else f"_{name}", number + 1
            self._chosen[asked] = key
        return self._chosen[asked]


def _fields(selection: SelectionSet) -> Iterator[SelectedField]:
    seen = {selection}
    waiting = [selection]
    while waiting:
        for item in waiting.pop().items:
            if isinstance(item, SelectedField):
                yield item
            if item.selection is not None and item.selection not in seen:
                seen.add(item.selection)
                waiting.append(item.selection)
