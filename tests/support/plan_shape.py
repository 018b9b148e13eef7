"""The shape of the answer that a plan delivers, recomputed from its requests alone and compared with the operation."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, InlineFragmentNode, parse, print_ast

from gateway.planner import Plan, StepKind
from gateway.supergraph import Selected, SelectionSet, Supergraph, collect_fields


@dataclass
class Shape:
    """What arrives at one place: fields by response key, more of them for objects of some types."""

    fields: "dict[str, tuple[str, str, Shape]]" = field(default_factory=dict)
    by_type: "dict[str, Shape]" = field(default_factory=dict)

    def on(self, type_name: str) -> "Shape":
        return self.by_type.setdefault(type_name, Shape())

    def key(self, key: str, name: str, arguments: str) -> "Shape":
        known = self.fields.setdefault(key, (name, arguments, Shape()))
        assert known[:2] == (name, arguments), f"{key} is {known[:2]} and {(name, arguments)}"
        return known[2]


def shape_of(plan: Plan) -> Shape:
    """Merge what every request adds at its place."""
    root = Shape()
    for request in plan.requests:
        renames = dict(request.renames)
        if not request.calls:
            _add(_at(root, request.path), request.selection, renames)
        for call in request.calls:
            for target in call.targets:
                _add(_at(root, target.path), call.selection, renames, entered=call.type_name)
    return root


def _at(shape: Shape, path: Any) -> Shape:
    """A key on objects of one type may have been asked of all of them, when nobody knew their types yet."""
    around = shape
    for kind, name in path:
        if kind is StepKind.KEY:
            shape = around = (shape if name in shape.fields else around).fields[name][2]
        elif kind is StepKind.TYPE:
            around, shape = shape, shape.on(name)
    return shape


def _add(shape: Shape, text: str, renames: dict[str, str], entered: str | None = None) -> None:
    node: Any = parse("{" + text + "}").definitions[0]
    _add_selection(shape, node.selection_set, renames, entered)


def _add_selection(shape: Shape, node: Any, renames: dict[str, str], entered: str | None) -> None:
    for item in node.selections:
        if isinstance(item, InlineFragmentNode) and item.type_condition:
            name = item.type_condition.name.value
            _add_selection(shape if name == entered else shape.on(name), item.selection_set, renames, None)
        elif isinstance(item, FieldNode):
            wire = item.alias.value if item.alias else item.name.value
            arguments = ", ".join(sorted(map(print_ast, item.arguments or ())))
            below = shape.key(renames.get(wire, wire), item.name.value, arguments)
            if item.selection_set:
                _add_selection(below, item.selection_set, renames, None)


def undelivered(supergraph: Supergraph, plan: Plan) -> list[str]:
    """The places that the operation asks and no request delivers, for every type an object may have there."""
    return list(_missing(supergraph, plan.root_type, (plan.selection,), [shape_of(plan)], plan.root_type))


def _missing(
    supergraph: Supergraph, type_name: str, selections: tuple[SelectionSet, ...], shapes: list[Shape], place: str
) -> Iterator[str]:
    wanted = collect_fields(supergraph, type_name, selections)
    for key, asked in wanted.items():
        if not asked.is_meta and not asked.removed:
            yield from _missing_field(supergraph, type_name, asked, shapes, f"{place}.{key}")


def _missing_field(
    supergraph: Supergraph, type_name: str, asked: Selected, shapes: list[Shape], place: str
) -> Iterator[str]:
    found = [shape.fields[asked.response_key] for shape in shapes if asked.response_key in shape.fields]
    if not found or any(entry[:2] != (asked.name, asked.arguments) for entry in found):
        yield place
    elif asked.selections:
        named = supergraph.types[type_name].fields[asked.name].named
        below = [entry[2] for entry in found]
        for concrete in _types(supergraph, named, below):
            seen = below + [shape.by_type[concrete] for shape in below if concrete in shape.by_type]
            yield from _missing(supergraph, concrete, asked.selections, seen, f"{place}|{concrete}|")


def _types(supergraph: Supergraph, named: str, below: list[Shape]) -> list[str]:
    """The types that requests tell apart; where they tell none apart, the type itself."""
    told = [name for name in supergraph.possible[named] if any(name in shape.by_type for shape in below)]
    return told or [named]
