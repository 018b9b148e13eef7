"""The subgraph of this service."""
