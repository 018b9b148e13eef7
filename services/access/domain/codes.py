"""Short codes of companies, given by people or derived from the name, and of departments."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import count
from typing import Final

from chassis.errors import Invalid

LONGEST_CODE: Final = 12
_CODE: Final = re.compile(rf"[A-Z0-9]{{1,{LONGEST_CODE}}}")
LONGEST_UNIT_CODE: Final = 20
_UNIT_CODE: Final = re.compile(rf"[A-Z0-9][A-Z0-9._-]{{0,{LONGEST_UNIT_CODE - 1}}}")
_OTHER: Final = re.compile(r"[^A-Z0-9]")
_NAMELESS: Final = "COMPANY"


def code(given: str) -> str:
    """In capitals. Raises Invalid for anything but 1 to 12 letters A to Z and digits."""
    found = given.strip().upper()
    if not _CODE.fullmatch(found):
        raise Invalid(f"A code has 1 to {LONGEST_CODE} letters A to Z or digits.", field=("code",))
    return found


def department_code(given: str | None) -> str | None:
    """In capitals. Raises Invalid."""
    found = (given or "").strip().upper()
    if found and not _UNIT_CODE.fullmatch(found):
        raise Invalid(
            f"A department's code has 1 to {LONGEST_UNIT_CODE} letters A to Z, digits, or . _ - behind the first.",
            field=("code",),
        )
    return found or None


def derived_codes(name: str) -> Iterator[str]:
    """Candidates without end: the name's letters and digits without accents, then with 2, 3, 4 ... behind them."""
    plain = unicodedata.normalize("NFKD", name).upper()
    stem = _OTHER.sub("", plain)[:LONGEST_CODE] or _NAMELESS
    yield stem
    for number in count(2):
        yield f"{stem[: LONGEST_CODE - len(str(number))]}{number}"
