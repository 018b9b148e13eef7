"""What the subgraphs have in common: the endpoint, refusals as data, connections, and the directive of the scope."""
