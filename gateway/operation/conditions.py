"""@skip and @include: found once per operation, decided before planning, so that plans hold no conditions."""

from collections.abc import Iterable, Mapping

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode
from graphql.language import ast


def condition_variables(selections: Iterable[ast.SelectionSetNode]) -> tuple[str, ...]:
    """The names of the variables that decide what is selected, sorted."""
    return tuple(sorted({name for selection in selections for name in _variables(selection)}))


def _variables(selection: ast.SelectionSetNode) -> Iterable[str]:
    for item in selection.selections:
        for _, value in _conditions(item):
            if isinstance(value, ast.VariableNode):
                yield value.name.value
        if isinstance(item, FieldNode | InlineFragmentNode) and item.selection_set:
            yield from _variables(item.selection_set)


def is_included(node: ast.SelectionNode, decided: Mapping[str, bool]) -> bool:
    """Whether a field or fragment stays, with the values of the condition variables known."""
    return all(_value(value, decided) is (name == "include") for name, value in _conditions(node))


def _conditions(node: ast.SelectionNode) -> Iterable[tuple[str, ast.ValueNode]]:
    for directive in node.directives or ():
        if directive.name.value in {"skip", "include"}:
            for argument in directive.arguments or ():
                yield directive.name.value, argument.value


def _value(value: ast.ValueNode, decided: Mapping[str, bool]) -> bool:
    if isinstance(value, ast.VariableNode):
        return decided[value.name.value]
    return isinstance(value, ast.BooleanValueNode) and value.value


def reached_fragments(
    selection: ast.SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> dict[str, FragmentDefinitionNode]:
    """The fragments that an operation spreads, directly or through others."""
    reached: dict[str, FragmentDefinitionNode] = {}
    waiting = [selection]
    while waiting:
        for name in _spreads(waiting.pop()):
            if name not in reached:
                reached[name] = fragments[name]
                waiting.append(fragments[name].selection_set)
    return reached


def _spreads(selection: ast.SelectionSetNode) -> Iterable[str]:
    for item in selection.selections:
        if isinstance(item, FragmentSpreadNode):
            yield item.name.value
        elif isinstance(item, FieldNode | InlineFragmentNode) and item.selection_set:
            yield from _spreads(item.selection_set)
