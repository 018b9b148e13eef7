"""The types of this subgraph."""
