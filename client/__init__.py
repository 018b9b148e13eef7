"""The command line of the registry: an ordinary client of its public graph."""
