"""Secrets as the database keeps them: encrypted with keys that it does not have."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unsealable(Exception):
    """It was sealed with a key that is none of ours any more."""


class Seal:
    """Encrypts with the first of `keys` (divided by commas) and reads with each, so that they can be exchanged.

    Raises ValueError for what is no key: 32 random bytes in URL-safe base64.
    """

    def __init__(self, keys: str) -> None:
        self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])

    def close(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises Unsealable."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Unsealable from error
