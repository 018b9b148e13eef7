"""Argon2id, in threads of its own: a hash takes a good part of a second's CPU and 64 MiB on purpose."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# The second of the two choices that RFC 9106 recommends: for where memory is shared with other work.
_PASSES = 3
_MEMORY_KIB = 65_536
_LANES = 4
_HASH_BYTES = 32
_SALT_BYTES = 16
_AT_ONCE = 2  # bounds memory, and leaves other threads to other work


class PasswordHashing:
    """Hashes and verifies passwords without holding up the event loop."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(
            time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES, hash_len=_HASH_BYTES, salt_len=_SALT_BYTES
        )
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="argon2")
        self._nobodys = self._hasher.hash(secrets.token_hex())

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Without a stored hash the answer is no, and takes as long."""
        matches = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._matches, stored or self._nobodys, password
        )
        return matches and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether it was made with other parameters than those above."""
        return self._hasher.check_needs_rehash(stored)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
