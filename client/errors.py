"""Why a command stops before its end, each reason with the exit code it leaves.

CommandProblem
├── InputProblem        2: usage, mapping or file; the person at the keyboard can put it right
└── ServerProblem       3: unreachable, or it refuses this caller
    ├── Unavailable     may come back by itself; worth another try
    └── Rejected        answered with errors; `code` says why
"""


class CommandProblem(Exception):
    """Carries one sentence for the person at the keyboard, with the way out."""

    exit_code: int


class InputProblem(CommandProblem):
    exit_code = 2


class ServerProblem(CommandProblem):
    exit_code = 3


class Unavailable(ServerProblem):
    """`after` is how many seconds the server asked us to stay away, when it said so."""

    def __init__(self, reason: str, *, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


class Rejected(ServerProblem):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"The server refuses: {message} ({code})")
        self.code = code
        self.message = message
