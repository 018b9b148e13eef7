"""Places in the feed as outsiders get them: opaque, so that nobody reads from them how much happens to others."""

import base64
import binascii
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from chassis.errors import Invalid

_PLACE: Final = 8
_CHECK: Final = bytes(8)  # what is no cursor of ours almost never decrypts to it
_TEXT: Final = 22


class Cursors:
    """A position is one block of the cipher, and each is used for one: equal positions have equal cursors."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  # a permutation of single blocks is what is wanted

    def written(self, position: int) -> str:
        encryptor = self._cipher.encryptor()
        block = encryptor.update(position.to_bytes(_PLACE) + _CHECK) + encryptor.finalize()
        return base64.urlsafe_b64encode(block).rstrip(b"=").decode()

    def read(self, cursor: str, *, field: str) -> int:
        """Raises Invalid naming `field` for what is no cursor of this feed."""
        try:
            block = base64.b64decode(cursor + "==", altchars=b"-_", validate=True) if len(cursor) == _TEXT else b""
            decryptor = self._cipher.decryptor()
            plain = decryptor.update(block) + decryptor.finalize()
        except (binascii.Error, ValueError) as error:
            raise _foreign(field) from error
        if plain[_PLACE:] != _CHECK:
            raise _foreign(field)
        return int.from_bytes(plain[:_PLACE])


def _foreign(field: str) -> Invalid:
    return Invalid(
        f"{field} is no cursor of this feed: take one that came with an event, or ask from a time with since.",
        field=(field,),
    )
