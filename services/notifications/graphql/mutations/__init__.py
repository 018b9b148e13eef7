"""The mutations: one a file, each with its input and its payload."""
