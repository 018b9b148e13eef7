"""The services of the registry, each its own process, database and subgraph."""
