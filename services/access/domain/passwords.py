"""What a password must be, and the passwords we make for others.

Long is what makes a password good, and its characters are free. But a long row of what everybody would try first is
short: words that belong to the user, to the registry, or to every list of bad passwords count for nothing.
"""

import re
import secrets
from datetime import timedelta
from typing import Final

from chassis.errors import Invalid

SHORTEST: Final = 12
LONGEST: Final = 200
LEAST_OWN: Final = 8
LEAST_DISTINCT: Final = 5
GOOD_ONCE_FOR: Final = timedelta(hours=72)
_ONCE_BYTES: Final = 15
_SHORTEST_WORD: Final = 3
_WORDS: Final = (
    frozenset({"password", "passwort", "kennwort", "parole", "secret", "geheim", "welcome", "willkommen", "letmein"})
    | {"changeme", "default", "example", "qwerty", "qwertz", "asdfgh", "yxcvbn", "zxcvbn", "abcdef", "123456", "234567"}
    | {"345678", "456789", "567890", "admin", "administrator", "registry", "register", "incident", "incidents"}
)
_WORD: Final = re.compile(r"[^\W_]+")


def check(password: str, *about: str, field: str = "password") -> str:
    """The password. `about` are texts of the user: name and mail address. Raises Invalid saying what is wrong."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"A password has {SHORTEST} to {LONGEST} characters.", field=(field,))
    if len(set(password)) < LEAST_DISTINCT or len(_own(password, about)) < LEAST_OWN:
        raise Invalid(
            "This password is easy to guess: beside names, mail addresses and words such as password or registry it "
            f"needs {LEAST_OWN} characters more.",
            field=(field,),
        )
    return password


def new_once() -> str:
    """A random one of 120 bits that can be read to somebody."""
    return "-".join(re.findall(r".{6}", secrets.token_hex(_ONCE_BYTES)))


def _own(password: str, about: tuple[str, ...]) -> str:
    """What is left of it without the words that others know, and without spaces."""
    left = password.casefold()
    for word in sorted(_WORDS | _words(about), key=len, reverse=True):
        left = left.replace(word, " ")
    return "".join(left.split())


def _words(about: tuple[str, ...]) -> set[str]:
    return {word for text in about for word in _WORD.findall(text.casefold()) if len(word) >= _SHORTEST_WORD}
