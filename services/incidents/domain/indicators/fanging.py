"""Reading what was defanged so that nobody follows it by mistake, and writing it so: hxxp://example[.]org."""

import re
from typing import Final

# A run of brackets is taken whole (`++` gives nothing back, and a run is begun only where it begins): reading takes
# time in proportion to the text, whatever it is.
_BRACKETED: Final = re.compile(r"(?<![\[({])[\[({]++(\.|dot|@|at|://|:|/)[\])}]++", re.IGNORECASE)
_SCHEME: Final = re.compile(r"(?<![a-z])(?:h(?:xx|\*\*)p|fxp)(?=s?://)", re.IGNORECASE)
_WORDS: Final = {"dot": ".", "at": "@"}


def refang(text: str) -> str:
    """`hxxps://example[.]org` as `https://example.org`; what was not defanged stays."""
    plain = _BRACKETED.sub(lambda found: _WORDS.get(found[1].lower(), found[1]), text)
    return _SCHEME.sub(_scheme, plain)


def defang(text: str) -> str:
    """The other way: what is shown can be copied into a mail, and leads nobody anywhere."""
    scheme, sign, rest = text.partition("://")
    if not sign:
        return _bracketed(text)
    return scheme.replace("http", "hxxp").replace("ftp", "fxp") + sign + _bracketed(rest)


def _scheme(found: re.Match[str]) -> str:
    return "ftp" if found[0].lower() == "fxp" else "http"


def _bracketed(text: str) -> str:
    return text.replace(".", "[.]").replace("@", "[@]")
