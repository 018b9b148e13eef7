"""Events on their way: from the commit to a consumer, a backlog of them, and to thousands who listen at a gateway."""
