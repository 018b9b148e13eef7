"""What comes before the first fetch: planning the largest operations of our own schema, and refusing what is too much.

An operation is made of the schema itself: every field that needs no argument, of objects so many steps away.
"""

import re
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_introspection_query,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
    validate,
)

from benchmarks.results import Figure
from chassis.transport import InProcessTransport
from gateway.executor import Engine, Limits
from gateway.http.call import BadRequest, Call
from gateway.http.request import BodyLimits
from gateway.operation import OperationLimits, RequestErrors
from gateway.settings import GatewaySettings

_TURNS: Final = 9
_AIM: Final = 10.0
_AIM_NAME: Final = "the aim of 10 ms at most"
_LIMITS: Final = OperationLimits()
_BODY: Final = BodyLimits().any
_OF_LISTS: Final = frozenset({"edges", "node", "pageInfo"})
_TOKEN: Final = re.compile(r"\w+|[{}():]")
_SHORT: Final = "{ incidentStatuses { id } }"
Milliseconds = Mapping[str, float]


async def measure_operations() -> tuple[list[Figure], list[str]]:
    figures: list[Figure] = []
    for name, text in largest(new_engine().supergraph.public).items():
        turns = [await _prepare(text) for _ in range(_TURNS)]
        figures += [_figure(f"{name}: {stage}", [turn[stage] for turn in turns]) for stage in turns[0]]
    for name, refuse in REFUSED.items():
        figures.append(_figure(f"{name}, refused", [await _refuse(refuse) for _ in range(_TURNS)]))
    return figures, [
        f"Processor time, medians of {_TURNS} turns; each with an engine that has seen no document before."
    ]


def _figure(name: str, turns: list[float]) -> Figure:
    return Figure(name, median(turns), "ms", median(turns) / _AIM, _AIM_NAME)


def largest(schema: GraphQLSchema) -> dict[str, str]:
    """Realistic operations, as a page could ask them that shows all there is."""
    incident, query = _object(schema, "Incident"), _object(schema, "Query")
    return {
        "a list of incidents, all of them and of what they name": (
            f"{{ incidents(first: 10) {{ totalCount edges {{ cursor node {{ {_all_of(incident, 1)} }} }} }} }}"
        ),
        "the same, two steps away, as far as one may ask": _as_much_as_fits(incident),
        "as many lists as one may ask": f"{{ {_chosen(query, 1, _LIMITS.root_fields)} }}",
        "the schema itself": get_introspection_query(),
    }


def _as_much_as_fits(incident: GraphQLObjectType) -> str:
    """All there is has by now more tokens than an operation may have; the last fields are left out."""
    most = range(len(incident.fields), 0, -1)
    texts = (f"{{ incidents(first: 2) {{ edges {{ node {{ {_chosen(incident, 2, each)} }} }} }} }}" for each in most)
    return next(text for text in texts if len(_TOKEN.findall(text)) <= _LIMITS.tokens)


def _all_of(kind: Any, steps: int) -> str:
    return _chosen(kind, steps, len(kind.fields))


def _chosen(kind: Any, steps: int, most: int) -> str:
    """The selection of so many of an object's fields, and of all those of objects so many steps away."""
    chosen: list[str] = []
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner) and not _needs_argument(field):
            chosen.append(name)
        elif isinstance(inner, GraphQLObjectType) and (steps or name in _OF_LISTS) and not _needs_argument(field):
            below = _all_of(inner, steps if name in _OF_LISTS else steps - 1)
            chosen += [f"{name} {{ {below} }}"] if below else []
    return " ".join(chosen[:most])


def _needs_argument(field: GraphQLField) -> bool:
    return any(map(is_required_argument, field.args.values()))


def _object(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    found = schema.type_map[name]
    if not isinstance(found, GraphQLObjectType):
        raise TypeError(f"{name} is no object of the schema")
    return found


async def _prepare(text: str) -> Milliseconds:
    """Two stages alone, and then all that is done before planning; planning goes on until fetches can be sent."""
    engine, taken = new_engine(), {}
    schema = engine.supergraph.public
    began = time.process_time()
    document = parse(text)
    taken["parsed"] = time.process_time() - began
    began = time.process_time()
    if errors := validate(schema, document):
        raise RuntimeError(f"the schema does not know its own fields: {errors[0].message}")
    taken["validated"] = time.process_time() - began
    began = time.process_time()
    prepared = engine.prepare(text)
    taken["measured, parsed, validated and priced"] = time.process_time() - began
    began = time.process_time()
    await engine.plan(prepared)
    taken["planned"] = time.process_time() - began
    return {stage: seconds * 1000 for stage, seconds in taken.items()}


async def _refuse(refuse: Callable[[Engine], Any]) -> float:
    engine = new_engine()
    began = time.process_time()
    try:
        await refuse(engine)
    except (RequestErrors, BadRequest):
        return (time.process_time() - began) * 1000
    raise RuntimeError("what is too much was not refused")


def new_engine() -> Engine:
    supergraph = GatewaySettings.model_fields["supergraph"].default.read_text(encoding="utf-8")
    return Engine(supergraph, InProcessTransport({}), limits=Limits(operation=_LIMITS))


async def _body(_: Engine) -> None:
    """One byte too much, and no header that tells so."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b" " * (_BODY + 1), "more_body": False}

    await Call.of({"method": "POST", "headers": [], "query_string": b""}, receive).json(_BODY)


def _document(text: str) -> Callable[[Engine], Any]:
    async def refuse(engine: Engine) -> None:
        engine.prepare(text)

    return refuse


REFUSED: Final[Mapping[str, Callable[[Engine], Any]]] = {
    f"a body of {_BODY + 1} bytes": _body,
    f"more than {_LIMITS.tokens} tokens": _document("{" + " a" * _LIMITS.tokens + "}"),
    f"deeper than {_LIMITS.depth}": _document("{" + "a{" * _LIMITS.depth + "a" + "}" * (_LIMITS.depth + 1)),
    f"more than {_LIMITS.aliases} aliases": _document(
        "{" + " ".join(f"a{n}: incidentStatuses {{ id }}" for n in range(_LIMITS.aliases + 1)) + "}"
    ),
    f"more than {_LIMITS.directives} directives": _document(
        "{ incidentStatuses { id" + " @include(if: true)" * (_LIMITS.directives + 1) + " } }"
    ),
    f"more than {_LIMITS.root_fields} root fields": _document("{" + _SHORT[1:-1] * (_LIMITS.root_fields + 1) + "}"),
    f"more than {_LIMITS.fields} fields": _document(
        "{ incidentStatuses {"
        + " ...F" * (_LIMITS.fields // 100 + 1)
        + " } } fragment F on IncidentStatus {"
        + " id" * 100
        + " }"
    ),
    f"a cost above {_LIMITS.cost}": _document(
        "{ incidents(first: 100) { edges { node { history(first: 100) { edges { node { id } } } } } } }"
    ),
}
