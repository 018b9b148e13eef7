"""How large operations are when their fragments are unfolded, worked out without unfolding them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from gateway.operation.errors import RequestErrors, RequestFailure
from gateway.operation.scan import Definition


@dataclass(slots=True)
class Size:
    """Counts with all that is spread; `repeated` is of the whole document."""

    depth: int
    introspection_depth: int
    aliases: int
    directives: int
    fields: int
    root_fields: int
    fragments: int
    repeated: int = 0


def sizes(definitions: Iterable[Definition]) -> Iterator[Size]:
    """Of each operation. Raises RequestErrors where a fragment spreads itself."""
    definitions = tuple(definitions)
    repeated = _repeated(definitions)
    unfolding = _Unfolding(definitions)
    for definition in definitions:
        size = unfolding.of(definition)
        if definition.fragment is None:
            size.repeated = repeated
            yield size


class _Unfolding:
    """Each fragment is measured once, however often it is spread."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._fragments = {item.fragment: item for item in definitions if item.fragment is not None}
        self._known: dict[str, Size | None] = {}

    def of(self, definition: Definition) -> Size:
        try:
            return self._measure(definition)
        except RecursionError as error:
            raise RequestErrors.one(RequestFailure.DEPTH, "The fragments are nested too deeply.") from error

    def _measure(self, definition: Definition) -> Size:
        size = Size(
            definition.depth,
            definition.introspection_depth,
            definition.aliases,
            definition.directives,
            definition.fields,
            definition.root_fields,
            definition.fragments,
        )
        for spread in definition.spreads:
            inner = self._fragment(spread.fragment)
            if inner is not None:
                _add(size, inner, spread.at.depth, introspection=spread.at.introspection)
        return size

    def _fragment(self, name: str) -> Size | None:
        """None for a fragment that is not there, which validation will tell."""
        if name in self._known:
            found = self._known[name]
            if found is None:
                raise RequestErrors.one(RequestFailure.VALIDATION, f"The fragment '{name}' spreads itself.")
            return found
        definition = self._fragments.get(name)
        if definition is None:
            return None
        self._known[name] = None
        size = self._known[name] = self._measure(definition)
        return size


def _add(size: Size, inner: Size, depth: int, *, introspection: bool) -> None:
    if introspection:
        size.introspection_depth = max(size.introspection_depth, depth + inner.depth)
    else:
        size.depth = max(size.depth, depth + inner.depth)
        size.introspection_depth = max(size.introspection_depth, inner.introspection_depth)
    size.aliases += inner.aliases
    size.directives += inner.directives
    size.fields += inner.fields
    size.fragments += inner.fragments
    size.root_fields += inner.root_fields if depth == 0 else 0


def _repeated(definitions: Collection[Definition]) -> int:
    """Pairs of fields that validation may have to compare.

    In one definition these are at one place. A fragment may be spread anywhere, so its fields may meet those of equal
    response key in any operation and any other fragment. Two operations never meet.
    """
    shared: Counter[str] = Counter()
    pairs = 0
    for definition in definitions:
        pairs += sum(map(_pairs, definition.places.values()))
        if definition.fragment is not None:
            pairs += _meeting(definition, shared)
            shared.update(definition.keys)
    return pairs + sum(_meeting(definition, shared) for definition in definitions if definition.fragment is None)


def _meeting(definition: Definition, others: Counter[str]) -> int:
    return sum(count * others[key] for key, count in definition.keys.items())


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
