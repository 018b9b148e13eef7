"""Fetches to requests: entity fetches of one subgraph on one level travel together, under aliases.

Fetches that ask the same of the same type share one list of representations, whatever place they are for.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from gateway.planner.drafts import FetchDraft, Wire
from gateway.planner.plan import EntityCall, Request, Target
from gateway.planner.writer import Writer
from gateway.supergraph import Supergraph


@dataclass(frozen=True, slots=True)
class _Group:
    """Fetches that become one request, and the numbers of the requests it waits for."""

    number: int
    fetches: tuple[FetchDraft, ...]
    after: tuple[int, ...]


def to_requests(
    supergraph: Supergraph, fetches: list[FetchDraft], declarations: Mapping[str, str], taken: Collection[str] = ()
) -> tuple[Request, ...]:
    """`declarations` are the operation's variables as declared, by name; `taken` are the client's response keys."""
    return tuple(_request(supergraph, Writer(taken), group, declarations) for group in _groups(fetches))


def _groups(fetches: list[FetchDraft]) -> list[_Group]:
    levels: dict[FetchDraft, int] = {}
    together: dict[object, list[FetchDraft]] = {}
    for fetch in sorted(fetches, key=lambda one: _level(one, levels)):
        place = (levels[fetch], fetch) if fetch.type_name is None else (levels[fetch], fetch.graph)
        together.setdefault(place, []).append(fetch)
    numbers = {fetch: number for number, group in enumerate(together.values(), 1) for fetch in group}
    waits = {
        number: {numbers[before] for fetch in group for before in fetch.after}
        for number, group in enumerate(together.values(), 1)
    }
    return [_Group(number, tuple(group), _direct(waits, number)) for number, group in enumerate(together.values(), 1)]


def _level(fetch: FetchDraft, levels: dict[FetchDraft, int]) -> int:
    if fetch not in levels:
        levels[fetch] = 1 + max((_level(before, levels) for before in fetch.after), default=0)
    return levels[fetch]


def _direct(waits: Mapping[int, set[int]], number: int) -> tuple[int, ...]:
    """What a request waits for, without what those wait for anyway."""
    implied: set[int] = set()
    for before in waits[number]:
        implied |= _all_before(waits, before)
    return tuple(sorted(waits[number] - implied))


def _all_before(waits: Mapping[int, set[int]], number: int) -> set[int]:
    found: set[int] = set()
    waiting = [number]
    while waiting:
        new = waits[waiting.pop()] - found
        found |= new
        waiting.extend(new)
    return found


def _request(supergraph: Supergraph, writer: Writer, group: _Group, declarations: Mapping[str, str]) -> Request:
    first = group.fetches[0]
    is_root = first.type_name is None
    selection = writer.write(first.wire) if is_root else ""
    calls = () if is_root else tuple(_calls(group.fetches, writer))
    variables = tuple(sorted(name for name in writer.variables if name in declarations))
    declared = [declarations[name] for name in variables] + [f"${call.variable}: [_Any!]!" for call in calls]
    header = f"{first.operation}({', '.join(declared)})" if declared else first.operation
    graph = supergraph.graphs[first.graph]
    return Request(
        number=group.number,
        graph=graph.id,
        service=graph.name,
        url=graph.url,
        operation=first.operation,
        document=f"{header} {{ {selection or ' '.join(map(_call_text, calls))} }}",
        variables=variables,
        after=group.after,
        path=first.path,
        keys=_keys(first.wire),
        selection=selection,
        calls=calls,
        renames=tuple(writer.renames.items()),
    )


def _calls(fetches: Iterable[FetchDraft], writer: Writer) -> Iterable[EntityCall]:
    alike: dict[tuple[str, str], list[FetchDraft]] = {}
    for fetch in fetches:
        alike.setdefault((fetch.type_name or "", writer.write(fetch.wire)), []).append(fetch)
    single = len(alike) == 1
    for number, ((type_name, selection), same) in enumerate(alike.items()):
        yield EntityCall(
            alias="_entities" if single else f"_e{number}",
            variable="representations" if single else f"_r{number}",
            type_name=type_name,
            targets=tuple(Target(fetch.path, fetch.template) for fetch in same),
            keys=_keys(same[0].wire),
            selection=selection,
        )


def _keys(wire: Wire) -> tuple[str, ...]:
    """The response keys at the top of a selection, those in fragments too."""
    return tuple(dict.fromkeys([*wire.fields, *(key for below in wire.fragments.values() for key in _keys(below))]))


def _call_text(call: EntityCall) -> str:
    alias = "" if call.alias == "_entities" else f"{call.alias}: "
    return f"{alias}_entities(representations: ${call.variable}) {{ {call.selection} }}"
