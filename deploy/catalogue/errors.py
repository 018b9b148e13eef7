"""Why there is no catalogue."""


class CatalogueError(Exception):
    """Something about an event is not told, or is told in two ways; the text says what to write where."""
