"""Passes over the fetches of a plan, each leaving the answer the same and the plan no slower."""

from collections.abc import Callable
from dataclasses import replace

from gateway.planner.drafts import FetchDraft, Wire, WireField
from gateway.planner.templates import clash, join
from gateway.supergraph import Kind, Supergraph, named_type

Fetches = list[FetchDraft]


def optimize(supergraph: Supergraph, fetches: Fetches) -> Fetches:
    for rewrite in PASSES:
        fetches = rewrite(supergraph, fetches)
    return fetches


def merge_siblings(_: Supergraph, fetches: Fetches) -> Fetches:
    """Ask a subgraph once for what two sibling fetches ask it twice.

        Flatten(books.@) <- shop Book { id } => { price }
        Flatten(books.@) <- shop Book { id } => { stock }      become      ... Book { id } => { price stock }

    They enter the same graph at the same place as the same type, and neither waits for the other. Fields with
    @requires may so wait with plain ones: it is one call, and services that load an entity per call load it once.
    """
    kept: Fetches = []
    for fetch in fetches:
        twin = next((other for other in kept if _may_merge(other, fetch)), None)
        if twin is None:
            kept.append(fetch)
        else:
            _merge(twin, fetch, fetches)
    return kept


def _may_merge(mine: FetchDraft, other: FetchDraft) -> bool:
    if mine.type_name is None or _place(mine) != _place(other) or clash(mine.template, other.template):
        return False
    return not mine.needs(other) and not other.needs(mine)


def _place(fetch: FetchDraft) -> tuple[object, ...]:
    return fetch.graph, fetch.path, fetch.type_name


def _merge(kept: FetchDraft, gone: FetchDraft, fetches: Fetches) -> None:
    kept.wire.absorb(gone.wire)
    kept.template = join(kept.template, gone.template)
    kept.after |= gone.after
    for fetch in fetches:
        if gone in fetch.after:
            fetch.after.discard(gone)
            fetch.after.add(kept)


def drop_empty(_: Supergraph, fetches: Fetches) -> Fetches:
    """A key was planned but nothing asked behind it: whoever waits for such a fetch waits for what it waited for."""
    empty = {fetch for fetch in fetches if fetch.type_name is not None and fetch.wire.is_empty}
    for fetch in fetches:
        while gone := fetch.after & empty:
            fetch.after -= gone
            fetch.after.update(*(one.after for one in gone))
    return [fetch for fetch in fetches if fetch not in empty]


def fold_types(supergraph: Supergraph, fetches: Fetches) -> Fetches:
    """Ask an interface once where all its types in the graph are asked alike.

    media { ... on Book { title } ... on Film { title } }      become      media { title }
    """
    for fetch in fetches:
        _fold(supergraph, fetch.graph, fetch.wire)
    return fetches


def _fold(supergraph: Supergraph, graph: str, wire: Wire) -> None:
    for below in wire.fragments.values():
        _fold(supergraph, graph, below)
    for field in wire.fields.values():
        if field.below is not None:
            _fold(supergraph, graph, field.below)
    if _is_foldable(supergraph, graph, wire):
        alike = next(iter(wire.fragments.values())).fields
        wire.fields = {key: _of_interface(supergraph, graph, wire.type_name, field) for key, field in alike.items()}
        wire.fragments = {}


def _of_interface(supergraph: Supergraph, graph: str, interface: str, field: WireField) -> WireField:
    """The field with the type that the interface declares: `ID` where a type behind it says `ID!`."""
    resolver = supergraph.resolver(interface, field.name, graph)
    return field if resolver is None else replace(field, type=resolver.type)


def _is_foldable(supergraph: Supergraph, graph: str, wire: Wire) -> bool:
    table = supergraph.types.get(wire.type_name)
    if table is None or table.kind is not Kind.INTERFACE or wire.fields:
        return False
    if not wire.fragments or wire.fragments.keys() != supergraph.concrete(wire.type_name, graph):
        return False
    first, *others = wire.fragments.values()
    alike = all(_shape(first) == _shape(other) for other in others)
    return alike and not first.fragments and _is_on_interface(supergraph, graph, wire.type_name, first)


def _is_on_interface(supergraph: Supergraph, graph: str, interface: str, wire: Wire) -> bool:
    for field in wire.fields.values():
        resolver = supergraph.resolver(interface, field.name, graph)
        if resolver is None or named_type(resolver.type) != named_type(field.type):
            return False
    return True


def _shape(wire: Wire) -> tuple[object, ...]:
    fields = [
        (key, field.name, field.arguments, named_type(field.type), None if field.below is None else _shape(field.below))
        for key, field in sorted(wire.fields.items())
    ]
    fragments = [(name, _shape(below)) for name, below in sorted(wire.fragments.items())]
    return (wire.typename, tuple(fields), tuple(fragments))


Pass = Callable[[Supergraph, Fetches], Fetches]
PASSES: tuple[Pass, ...] = (merge_siblings, drop_empty, fold_types)
