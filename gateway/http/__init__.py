"""The public face: the graph's endpoint, signing in and out, and the pages."""
