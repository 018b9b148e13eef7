"""The outline of a document, read from its tokens, says what the parser says, and of what is no document something."""

from random import Random
from typing import Any

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    parse,
    print_ast,
)

from gateway.operation.outline import Outline, OutlinedField, OutlinedFragment, OutlinedOperation, Selections, outline
from gateway.operation.tokens import tokens_of
from tests.support.random_documents import random_document


def written(value: ValueNode) -> str:
    return "" if isinstance(value, ListValueNode | ObjectValueNode) else print_ast(value)


def arguments(node: Any) -> dict[str, str]:
    return {argument.name.value: written(argument.value) for argument in node.arguments or ()}


def conditions(node: Any) -> tuple[tuple[bool, str], ...]:
    found = [each for each in node.directives or () if each.name.value in {"skip", "include"}]
    return tuple((each.name.value == "include", arguments(each).get("if", "")) for each in found)


def selections(parsed: SelectionSetNode | None) -> Selections:
    found: Selections = []
    for item in parsed.selections if parsed else ():
        if isinstance(item, FieldNode):
            below = selections(item.selection_set)
            found.append(OutlinedField(item.name.value, arguments(item), conditions(item), below))
        elif isinstance(item, FragmentSpreadNode):
            found.append(OutlinedFragment(item.name.value, "", conditions(item), []))
        elif isinstance(item, InlineFragmentNode):
            type_name = item.type_condition.name.value if item.type_condition else ""
            found.append(OutlinedFragment("", type_name, conditions(item), selections(item.selection_set)))
    return found


def parsed(text: str) -> Outline:
    """The outline as it is defined."""
    made = Outline()
    for node in parse(text).definitions:
        if isinstance(node, OperationDefinitionNode):
            given = node.variable_definitions or ()
            defaults = {each.variable.name.value: written(each.default_value) for each in given if each.default_value}
            name = node.name.value if node.name else None
            operation = OutlinedOperation(node.operation.value, name, defaults, selections(node.selection_set))
            made.operations.append(operation)
        elif isinstance(node, FragmentDefinitionNode):
            name = node.name.value
            made.fragments[name] = OutlinedFragment(
                name, node.type_condition.name.value, (), selections(node.selection_set)
            )
    return made


@pytest.mark.parametrize("seed", range(60))
def test_it_is_what_the_parser_finds(seed: int) -> None:
    text = random_document(Random(seed))  # noqa: S311  # nothing is kept secret by it

    assert outline(tokens_of(text, 10**6)) == parsed(text)


@pytest.mark.parametrize(
    "text",
    [
        "{ a }",
        "query { a } mutation M { b } subscription ($a: Int) { c }",
        "query query { on type: fragment(query: query) } fragment fragment on on { a }",
        '"what it is for" query A { a } """and this""" fragment F on T { a }',
        'query A($a: [[Int!]!]! = [[1]] @x(y: "$b: 1"), $b: I = {c: {d: 2}}, $c: E = RED, $d: Int = -3) { a(b: $b) }',
        "query A @x(a: {b: [1]}) { a }",
        "{ a ... { b } ... @skip(if: true) { c } ... on T @include(if: $v) { d } ...F @skip(if: $w) }",
    ],
)
def test_it_is_what_the_parser_finds_in_odd_forms(text: str) -> None:
    assert outline(tokens_of(text, 10**6)) == parsed(text)


def names(found: Selections) -> set[str]:
    return {item.name for item in found if item.name}.union(*(names(item.below) for item in found))


@pytest.mark.parametrize("seed", range(60))
def test_reading_what_is_no_document_ends_and_makes_nothing_up(seed: int) -> None:
    random = Random(seed)  # noqa: S311  # nothing is kept secret by it
    tokens = tokens_of(random_document(random), 10**6)
    tokens = [random.choice(tokens) if random.random() < 0.1 else token for token in tokens][: random.randint(0, 200)]
    found = outline(tokens)

    assert {name for operation in found.operations for name in names(operation.selections)} <= set(tokens)
