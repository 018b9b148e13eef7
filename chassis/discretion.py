"""Keeping what people wrote out of the errors of the database, because errors go into logs.

    duplicate key value violates unique constraint "uq_user_account_email"
    DETAIL:  Key (lower(email))=(ada@example.org) already exists.              <- is left out
    invalid input for query argument $3: 'Stolen laptop' (a date is expected)  <- ends behind $3

The statement stays, with the names of its parameters; `hide_parameters=True` of the engine hides their values.
"""

import re
from typing import Any, Final

_VALUES: Final = (
    re.compile(r"\n(DETAIL|HINT): .*", re.DOTALL),
    re.compile(r"(?<=for query argument \$)(\d+).*", re.DOTALL),
    re.compile(r"(?<=invalid input syntax for type )([\w ]+): .*", re.DOTALL),
)
_DETAILS: Final = ("detail", "hint", "context", "query", "internal_query")


def leave_values_out(context: Any) -> None:
    """For SQLAlchemy's `handle_error`: shortens the driver's error, its adapter's and SQLAlchemy's own, in place."""
    original = context.original_exception
    for error in (original, getattr(original, "__cause__", None), context.sqlalchemy_exception):
        if isinstance(error, Exception):
            error.args = tuple(_shortened(each) if isinstance(each, str) else each for each in error.args)
            for name in _DETAILS:
                if isinstance(getattr(error, name, None), str):
                    setattr(error, name, None)


def _shortened(text: str) -> str:
    for pattern in _VALUES:
        text = pattern.sub(lambda found: found.group(1) if found.re is not _VALUES[0] else "", text)
    return text
