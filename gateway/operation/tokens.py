"""The tokens of a document by one regular expression: exact for every document that the parser accepts.

What the parser refuses is a token here, too: a text without its end runs to the end of the line or of the document,
any other sign stands alone. So no place is looked at twice, and the time is linear in the length of the text.
"""

import re
from itertools import islice
from typing import Final

_TOKEN: Final = re.compile(
    r"""
    (?: [\s,\ufeff]++ | \#[^\n\r]*+ )*+
    (
        [_A-Za-z][_0-9A-Za-z]*+
      | \.\.\. | [!$&()\[\]{}:=@|]
      | \"\"\" (?: [^"\\]++ | \\\"\"\" | \\ | "(?!"") )*+ (?: \"\"\" )?+
      | " (?: [^"\\\n\r]++ | \\. )*+ "?+
      | -?[0-9][0-9.eE+-]*+
      | .
      | \Z
    )
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens_of(text: str, most: int) -> list[str]:
    """The tokens as written, at most one more than `most`."""
    found = (match.group(1) for match in _TOKEN.finditer(text))
    return list(islice((token for token in found if token), most + 1))
