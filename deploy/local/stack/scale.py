"""How many processes of each deployable: `SCALE="files-work=3 incidents=2"`, one of what is not named."""

from collections.abc import Mapping
from typing import Final

from deploy.local.errors import CannotStart
from deploy.local.services import DEPLOYABLES, SERVICES

WORKERS: Final = tuple(f"{service.name}-work" for service in SERVICES)
NAMES: Final = (*DEPLOYABLES, *WORKERS)
_MOST: Final = 20


def read_scale(text: str) -> Mapping[str, int]:
    """A number for each of NAMES. Raises CannotStart."""
    scale = dict.fromkeys(NAMES, 1)
    for part in text.split():
        name, equals, number = part.partition("=")
        if name not in scale or not equals or not number.isdecimal() or not 0 < int(number) <= _MOST:
            raise CannotStart(
                f'SCALE="{text}" has "{part}": write name=number with a number from 1 to {_MOST} '
                f"and one of these names: {', '.join(NAMES)}."
            )
        scale[name] = int(number)
    return scale
