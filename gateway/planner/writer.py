"""Writing what is asked of a subgraph as GraphQL.

Two types may disagree about one response key (`id: ID` and `id: ID!`), which a subgraph refuses in one selection. The
second is then asked under another key, and renamed back in the answer.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from gateway.planner.drafts import Wire, WireField

_NAME = re.compile(r"\w+")
Signature = tuple[str, str, str]


@dataclass(slots=True)
class _Scope:
    """What the keys at one place stand for already, over all fragments there."""

    signatures: dict[str, Signature] = field(default_factory=dict)
    below: "dict[str, _Scope]" = field(default_factory=dict)


class Writer:
    """Writes the fetches of a request; afterwards `renames` and `variables` are what they used."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        """`taken` are keys that mean something to the client, so that none of them is renamed."""
        self.renames: dict[str, str] = {}
        self.variables: set[str] = set()
        self._taken = taken

    def write(self, wire: Wire) -> str:
        return self._selection(wire, _Scope())

    def _selection(self, wire: Wire, scope: _Scope) -> str:
        parts = ["__typename"] if wire.typename else []
        parts += [self._field(key, asked, scope) for key, asked in wire.fields.items()]
        parts += [
            f"... on {type_name} {{ {self._selection(below, scope)} }}"
            for type_name, below in wire.fragments.items()
            if not below.is_empty
        ]
        return " ".join(parts) or "__typename"

    def _field(self, key: str, asked: WireField, scope: _Scope) -> str:
        self.variables |= asked.variables
        wire_key = self._key(key, self._signature(asked), scope)
        alias = "" if wire_key == asked.name else f"{wire_key}: "
        arguments = f"({asked.arguments})" if asked.arguments else ""
        below = ""
        if asked.below is not None:
            below = f" {{ {self._selection(asked.below, scope.below.setdefault(wire_key, _Scope()))} }}"
        return f"{alias}{asked.name}{arguments}{below}"

    def _signature(self, asked: WireField) -> Signature:
        """Fields may share a key if name, arguments and type agree; of composite types only lists and nullability."""
        shape = asked.type if asked.below is None else _NAME.sub("*", asked.type)
        return asked.name, asked.arguments, shape

    def _key(self, key: str, signature: Signature, scope: _Scope) -> str:
        """The key itself, or another one where that is taken for something else."""
        candidate, number = key, 0
        while self._is_other(candidate, key) or scope.signatures.setdefault(candidate, signature) != signature:
            candidate, number = f"_x{number}_{key}", number + 1
        if candidate != key:
            self.renames[candidate] = key
        return candidate

    def _is_other(self, candidate: str, key: str) -> bool:
        return candidate != key and candidate in self._taken
