"""What the composed schema says: which service answers which field, and what clients are shown."""

from gateway.supergraph.fields import Selected, collect_fields, needs_runtime_type
from gateway.supergraph.model import (
    AppliedDirective,
    Graph,
    JoinedField,
    JoinedType,
    Key,
    Kind,
    Resolver,
    Supergraph,
    SupergraphError,
    named_type,
)
from gateway.supergraph.reader import SupergraphReader, read_supergraph
from gateway.supergraph.rollout import Rollout, read_rollout
from gateway.supergraph.selections import SelectedField, SelectedFragment, SelectionReader, SelectionSet, field_set

__all__ = [
    "AppliedDirective",
    "Graph",
    "JoinedField",
    "JoinedType",
    "Key",
    "Kind",
    "Resolver",
    "Rollout",
    "Selected",
    "SelectedField",
    "SelectedFragment",
    "SelectionReader",
    "SelectionSet",
    "Supergraph",
    "SupergraphError",
    "SupergraphReader",
    "collect_fields",
    "field_set",
    "named_type",
    "needs_runtime_type",
    "read_rollout",
    "read_supergraph",
]
