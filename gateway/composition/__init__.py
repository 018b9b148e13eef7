"""Composing subgraphs into a supergraph: those of the registry, and those that others add to them."""

from gateway.composition.composer import CompositionError, SubgraphSchema, compose
from gateway.composition.sources import added_schema, registry_schemas

__all__ = ["CompositionError", "SubgraphSchema", "added_schema", "compose", "registry_schemas"]
