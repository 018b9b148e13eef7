"""Our gateway beside others: the same supergraph, subgraphs, queries and machine, in alternating turns."""
