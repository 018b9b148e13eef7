"""Why the local system does not come up, said in one line that tells what to do."""


class CannotStart(Exception):
    """A start that a person has to help along. The text names the cause and the way out."""
