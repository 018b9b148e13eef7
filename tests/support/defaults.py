"""How much every installation of the directories begins with."""

from typing import Final

DEFAULTS: Final = 149  # entries
TEXTS: Final = 902  # of these, in all locales
