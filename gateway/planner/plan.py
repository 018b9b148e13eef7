"""The plan of an operation: immutable values, readable as text (see text.py), compiled by the executor."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from graphql import DocumentNode

from gateway.supergraph import SelectionSet


class PlanningError(Exception):
    """The operation is valid but the subgraphs cannot answer it as the supergraph joins them, or it is too complex."""


class StepKind(Enum):
    """How a path goes on: into a field, over the items of a list, or only through objects of one type."""

    KEY = "key"
    ITEMS = "items"
    TYPE = "type"


class Step(NamedTuple):
    kind: StepKind
    name: str = ""

    def __str__(self) -> str:
        return {StepKind.KEY: self.name, StepKind.ITEMS: "@", StepKind.TYPE: f"|{self.name}|"}[self.kind]


Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class TemplateField:
    """One field of a representation: taken from `response_key`, sent as `name`.

    Null in a `required` field (of a key) means that there is no representation; elsewhere null is sent.
    """

    name: str
    response_key: str
    required: bool
    nested: "Template | None" = None


@dataclass(frozen=True, slots=True)
class Template:
    """How a representation is made from the answer so far; `by_type` where the value's type is known only then."""

    fields: tuple[TemplateField, ...] = ()
    by_type: "tuple[tuple[str, Template], ...] | None" = None


@dataclass(frozen=True, slots=True)
class Target:
    """The objects at `path`, each with its representation."""

    path: Path
    template: Template


@dataclass(frozen=True, slots=True)
class EntityCall:
    """One `_entities` field of a request: objects of several places may share its list of representations.

    `keys` are the response keys that it adds to each object.
    """

    alias: str
    variable: str
    type_name: str
    targets: tuple[Target, ...]
    keys: tuple[str, ...]
    selection: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request to one subgraph, sent when the requests in `after` are in.

    Without `calls` it asks root fields; its answer, with these `keys`, belongs at `path`. `renames` are keys of its
    answer that stand for other response keys (they were changed where two types disagree about one key).
    """

    number: int
    graph: str
    service: str
    url: str
    operation: str
    document: str
    variables: tuple[str, ...]
    after: tuple[int, ...]
    path: Path
    keys: tuple[str, ...]
    selection: str
    calls: tuple[EntityCall, ...]
    renames: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What to fetch, what of it to answer (`selection` of `root_type`), and what to ask the public schema itself."""

    operation: str
    root_type: str
    selection: SelectionSet
    requests: tuple[Request, ...]
    introspection: DocumentNode | None
