"""The graph of this service: it parses, calls a use-case, and wraps the answer."""
