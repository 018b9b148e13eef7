"""Who is asking: credentials, grants, and the signed context for the subgraphs."""
