"""A document that is too large is refused from its tokens; what the limits allow is let through."""

from random import Random
from typing import Any

import orjson
import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_introspection_query,
    parse,
)
from graphql.language import Lexer, Source, TokenKind

from gateway.operation import OperationLimits, RequestErrors
from gateway.operation.limits import check_document, check_json, check_variables
from gateway.operation.scan import scan
from gateway.operation.size import sizes
from gateway.operation.tokens import tokens_of
from tests.support.random_documents import random_document

LIMITS = OperationLimits()


def refusals(query: str, limits: OperationLimits = LIMITS) -> list[str]:
    try:
        check_document(query, limits)
    except RequestErrors as errors:
        return [error.code.value for error in errors.errors]
    return []


def nested(levels: int) -> str:
    return "{ " + "a { " * (levels - 1) + "a" + " }" * levels


def aliases(count: int) -> str:
    return " ".join(f"a{number}: a" for number in range(count))


def values_of(count: int) -> str:
    return "{ a(b: [" + "1 " * (count - 9) + "]) }"


def brackets(count: int) -> str:
    return "{ a(b: " + "[" * (count - 2) + "]" * (count - 2) + ") }"


def introspection(levels: int) -> str:
    return "{ __schema " + "{ a " * (levels - 1) + "}" * levels


def spread(inner: str, more: str = "") -> str:
    """A fragment of 99 things at twenty places."""
    places = " ".join(f"a{number} {{ ...F }}" for number in range(19))
    return f"{{ {places} a19 {{ ...F {more} }} }} fragment F on T {{ {inner} }}"


FIELDS = " ".join(f"f{number}" for number in range(99))
PAIRS = "b {" + " a" * 141 + " } c {" + " a" * 16 + " } d {" + " a" * 5 + " }"  # 9,870 + 120 + 10


@pytest.mark.parametrize(
    ("allowed", "refused", "code"),
    [
        (values_of(2_000), values_of(2_001), "LIMIT_TOKENS"),
        (nested(12), nested(13), "LIMIT_DEPTH"),
        (brackets(256), brackets(257), "LIMIT_DEPTH"),
        (introspection(15), introspection(16), "LIMIT_DEPTH"),
        (f"{{ b {{ {aliases(30)} }} }}", f"{{ b {{ {aliases(31)} }} }}", "LIMIT_ALIASES"),
        ("{ a " + "@x " * 20 + "}", "{ a " + "@x " * 21 + "}", "LIMIT_DIRECTIVES"),
        ("{" + " a" * 20 + "}", "{" + " a" * 21 + "}", "LIMIT_ROOT_FIELDS"),
        (spread(FIELDS), spread(FIELDS, "x"), "LIMIT_FIELDS"),
        (spread("...G " * 99), spread("...G " * 99, "...G"), "LIMIT_FIELDS"),
        (f"{{ {PAIRS} }}", f"{{ {PAIRS} e {{ a a }} }}", "LIMIT_FIELDS"),
    ],
)
def test_each_limit_has_its_code_and_the_last_allowed_value(allowed: str, refused: str, code: str) -> None:
    assert refusals(allowed) == []
    assert refusals(refused) == [code]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"{{ a {{ ...F }} }} fragment F on T {nested(12)}", "LIMIT_DEPTH"),
        ("{ a { ...F } b { ...F } } fragment F on T { " + aliases(16) + " }", "LIMIT_ALIASES"),
        ("{ ... { ...F } } fragment F on T { " + "a " * 21 + "}", "LIMIT_ROOT_FIELDS"),
        ("{ a { ...F @x ...F @x } } fragment F on T { a " + "@x " * 10 + "}", "LIMIT_DIRECTIVES"),
        ("query ($a: Int @x = 1 " + "@x " * 20 + ") { a }", "LIMIT_DIRECTIVES"),
        ("query A { a } query B { " + "a " * 21 + "}", "LIMIT_ROOT_FIELDS"),
        ("{ a(b: " + "[" * 300 + "]" * 300 + ") }", "LIMIT_DEPTH"),
        ("{ " + "... { " * 300 + "a" + " }" * 301, "LIMIT_DEPTH"),
    ],
)
def test_fragments_and_other_hiding_places_do_not_get_round_a_limit(query: str, code: str) -> None:
    assert code in refusals(query)


def test_fragments_that_double_at_each_step_are_counted_without_unfolding_them() -> None:
    steps = " ".join(f"fragment F{n} on Q {{ ...F{n + 1} ...F{n + 1} }}" for n in range(100))

    assert refusals(f"{{ ...F0 }} {steps} fragment F100 on Q {{ a }}") == ["LIMIT_ROOT_FIELDS", "LIMIT_FIELDS"]


@pytest.mark.parametrize("leaf", ["fragment F100 on Q { }", ""])
def test_fragments_that_double_and_hold_nothing_are_counted_as_well(leaf: str) -> None:
    steps = " ".join(f"fragment F{n} on Q {{ ...F{n + 1} ...F{n + 1} }}" for n in range(100))

    assert refusals(f"{{ ...F0 }} {steps} {leaf}") == ["LIMIT_FIELDS"]


@pytest.mark.parametrize(
    "fragments",
    ["fragment A on Q { ...A }", "fragment A on Q { a { ...B } } fragment B on Q { b { ...A } }"],
)
def test_a_fragment_that_spreads_itself_is_refused(fragments: str) -> None:
    assert refusals(f"{{ ...A }} {fragments}") == ["GRAPHQL_VALIDATION_FAILED"]


def test_operations_of_one_document_are_not_compared_with_one_another() -> None:
    assert refusals(" ".join(f"query Q{number} {{ a b }}" for number in range(200))) == []
    assert refusals("{ a {" + " b" * 100 + " ...F } } fragment F on A {" + " b" * 50 + " }") == ["LIMIT_FIELDS"]


def test_arguments_and_their_objects_are_neither_fields_nor_aliases() -> None:
    filters = ", ".join(f"key{number}: {{ inner: {{ deep: [{{ a: 1 }}] }} }}" for number in range(40))

    assert refusals(f"query ($a: T = {{ b: {{ c: 1 }} }}) {{ a(filter: {{ {filters} }}) {{ b }} }}") == []


def test_the_standard_introspection_query_passes_and_a_deeper_one_does_not() -> None:
    standard = get_introspection_query(input_value_deprecation=True, specified_by_url=True, schema_description=True)
    deeper = "{ __schema { types { " + "ofType { " * 13 + "name" + " }" * 16

    assert refusals(standard) == []
    assert refusals(deeper) == ["LIMIT_DEPTH"]


def test_introspection_below_fragments_counts_for_its_own_limit() -> None:
    inner = "fields { type { " + "ofType { " * 9 + "name" + " }" * 11
    query = f"{{ ...A }} fragment A on Query {{ __schema {{ types {{ ...B }} }} }} fragment B on __Type {{ {inner} }}"

    assert refusals(query, OperationLimits(introspection_depth=14)) == []
    assert refusals(query, OperationLimits(introspection_depth=13)) == ["LIMIT_DEPTH"]


@pytest.mark.parametrize(
    "text",
    [
        '{ a(b: "x\\"y", c: """ " \\""" "" """, d: -1.5e+3, e: $f, g: [A, 1]) @h ...I ... on J { k } } # l',
        '{a(b:""""""c:"")}#x\r{\nb}',
        get_introspection_query(),
    ],
)
def test_the_tokens_are_those_of_the_parser(text: str) -> None:
    lexer = Lexer(Source(text))
    known = []
    while lexer.advance().kind is not TokenKind.EOF:
        known.append(text[lexer.token.start : lexer.token.end])

    assert tokens_of(text, 10_000) == known


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ('"\\' * 50_000, 2),
        ("{a}" + "#\n" * 50_000, 3),
        ("{a}" + "," * 100_000, 3),
        ('"""\\' * 25_000, 1),
        ('{a(b: """' + 'x"" ' * 24_000, 6),
        ("%" * 100_000, 2_001),
        ('"' * 99_999, 2_001),
    ],
)
def test_what_the_parser_would_refuse_is_read_once_and_to_the_end(text: str, tokens: int) -> None:
    assert len(tokens_of(text, 2_000)) == tokens


class Unfolding:
    """The sizes as they are defined: everything is visited wherever it is spread."""

    def __init__(self, document: DocumentNode) -> None:
        self.found = dict.fromkeys(("depth", "introspection_depth", "aliases", "fields", "root_fields", "fragments"), 0)
        self.found["directives"] = 2
        self._fragments = {
            item.name.value: item for item in document.definitions if isinstance(item, FragmentDefinitionNode)
        }
        operation = document.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        self._visit(operation.selection_set, 0, meta=False)

    def _visit(self, selection: SelectionSetNode, depth: int, *, meta: bool) -> None:
        for item in selection.selections:
            self.found["directives"] += len(item.directives or ())
            self.found["fragments"] += not isinstance(item, FieldNode)
            if isinstance(item, FragmentSpreadNode):
                definition = self._fragments[item.name.value]
                self.found["directives"] += len(definition.directives or ())
                self._visit(definition.selection_set, depth, meta=meta)
            elif isinstance(item, InlineFragmentNode):
                self._visit(item.selection_set, depth, meta=meta)
            elif isinstance(item, FieldNode):
                self._field(item, depth, meta=meta)

    def _field(self, item: FieldNode, depth: int, *, meta: bool) -> None:
        begins = not meta and item.name.value in {"__schema", "__type"}
        level = 1 if begins else depth + 1
        kind = "introspection_depth" if meta or begins else "depth"
        self.found[kind] = max(self.found[kind], level)
        self.found["aliases"] += item.alias is not None
        self.found["fields"] += 1
        self.found["root_fields"] += depth == 0
        if item.selection_set:
            self._visit(item.selection_set, level, meta=meta or begins)


@pytest.mark.parametrize("seed", range(60))
def test_the_sizes_are_those_of_the_unfolded_document(seed: int) -> None:
    text = random_document(Random(seed))  # noqa: S311  # nothing is kept secret by it
    (size,) = sizes(scan(tokens_of(text, 10**6)))
    expected = Unfolding(parse(text)).found

    assert {name: getattr(size, name) for name in expected} == expected


def test_variables_of_too_many_values_are_refused_wherever_they_are() -> None:
    check_variables({"a": list(range(9_999))}, LIMITS)
    for given in ({"a": list(range(10_000))}, {"a": [{"b": [1]}] * 4_000}):
        with pytest.raises(RequestErrors, match="more than 10000 values"):
            check_variables(given, LIMITS)


def is_refused(text: bytes, values: int) -> bool:
    """With room for a thousand more, for what a request has besides."""
    try:
        check_json(text, OperationLimits(values=values - 1_000))
    except RequestErrors as errors:
        return [error.code.value for error in errors.errors] == ["LIMIT_VARIABLES"]
    return False


def random_json(random: Random, depth: int) -> Any:
    """No empty lists and objects, which count for one."""
    choice = random.random() if depth else 0.0
    if choice < 0.4:
        return random.choice([1, None, True, "a, b", 'x"[,', "\\", '\\"', "\\\\,", "{", "é", ""])
    if choice < 0.7:
        return [random_json(random, depth - 1) for _ in range(random.randint(1, 4))]
    return {f"{random.choice(['a', ',', '[', chr(92)])}{n}": random_json(random, depth - 1) for n in range(3)}


def values(of: Any) -> int:
    inner = of.values() if isinstance(of, dict) else of if isinstance(of, list) else ()
    return len(inner) + sum(map(values, inner))


@pytest.mark.parametrize("seed", range(60))
def test_the_values_of_json_are_counted_before_it_is_read(seed: int) -> None:
    given = {"variables": random_json(Random(seed), 5)}  # noqa: S311  # nothing is kept secret by it
    text = orjson.dumps(given, option=orjson.OPT_INDENT_2 if seed % 2 else None)

    assert is_refused(text, values(given) - 1)
    assert not is_refused(text, values(given))


@pytest.mark.parametrize(
    "text",
    [
        b'{"text": "' + b"a, [b], {c} " * 100_000 + b'"}',
        b'{"text": "' + b'\\",' * 100_000 + b'"}',
        b'"unfinished' + b"," * 100_000,
        b'"' * 50_001 + b"," * 50_000,
        b'"a" "b" "c"' + b"," * 50_000,
    ],
)
def test_signs_within_texts_are_no_values_and_what_is_no_json_is_left_to_its_reader(text: bytes) -> None:
    check_json(text, LIMITS)
