"""Places in the feed as outsiders get them: opaque, so that nobody reads from them how much happens to others.

The same place is written in another way each time. Otherwise who is told nothing would see by the cursor, whenever
they ask, whether something happened to somebody else.
"""

import base64
import binascii
import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from chassis.errors import Invalid

_PLACE: Final = 8
_NOISE: Final = 4
_CHECK: Final = bytes(4)  # what is no cursor of ours hardly ever decrypts to it
_TEXT: Final = 22


class Cursors:
    """A position, noise and a check are one block of the cipher."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  # a permutation of single blocks is what is wanted

    def written(self, position: int) -> str:
        encryptor = self._cipher.encryptor()
        plain = position.to_bytes(_PLACE) + secrets.token_bytes(_NOISE) + _CHECK
        block = encryptor.update(plain) + encryptor.finalize()
        return base64.urlsafe_b64encode(block).rstrip(b"=").decode()

    def read(self, cursor: str, *, field: str) -> int:
        """Raises Invalid naming `field` for what is no cursor of this feed."""
        try:
            block = base64.b64decode(cursor + "==", altchars=b"-_", validate=True) if len(cursor) == _TEXT else b""
            decryptor = self._cipher.decryptor()
            plain = decryptor.update(block) + decryptor.finalize()
        except (binascii.Error, ValueError) as error:
            raise _foreign(field) from error
        if plain[_PLACE + _NOISE :] != _CHECK:
            raise _foreign(field)
        return int.from_bytes(plain[:_PLACE])


def _foreign(field: str) -> Invalid:
    return Invalid(
        f"{field} is no cursor of this feed: take one that came with an event, or ask from a time with since.",
        field=(field,),
    )
