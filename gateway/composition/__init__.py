"""Composing subgraphs into a supergraph: those of the registry, and those that others add to them."""

from gateway.composition.composer import CompositionError, SubgraphSchema, compose
from gateway.composition.extension import extend
from gateway.composition.sources import added_schema, registry_schemas, replace_file

__all__ = [
    "CompositionError",
    "SubgraphSchema",
    "added_schema",
    "compose",
    "extend",
    "registry_schemas",
    "replace_file",
]
