"""How a row is known again: its idempotency key, the same in every run over the same rows."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from client.importing.cells import BadValue, Cell, as_text


class Keys:
    """The keys of one pass over one file. A key is "<mapping name>:<43 characters>", at most 64 in all."""

    def __init__(self, namespace: str, column: str | None) -> None:
        self._namespace = namespace
        self._column = column
        self._seen: Counter[bytes] = Counter()

    def next(self, raw: Sequence[Cell], key_cell: Cell) -> str:
        """The key of the next row. Raises BadValue when its key cell is empty or was there before."""
        if self._column is None:
            return self._of_content(raw)
        return self._of_cell(self._column, as_text(key_cell))

    def _of_content(self, raw: Sequence[Cell]) -> str:
        """Equal rows are told apart by counting them: two equal lines of a file are two incidents."""
        texts = [cell if isinstance(cell, str) else as_text(cell) for cell in raw]
        while texts and not texts[-1]:
            texts.pop()  # Spreadsheet programs add and drop empty cells at the end of a row as they like.
        content = _digest("row", *texts)
        self._seen[content] += 1
        return self._key(_digest("occurrence", content.hex(), str(self._seen[content])))

    def _of_cell(self, column: str, value: str) -> str:
        if not value:
            raise BadValue(column, value, "is empty; every row needs its own key")
        content = _digest("key", value)
        self._seen[content] += 1
        if self._seen[content] > 1:
            raise BadValue(column, value, "is the key of an earlier row too; every row needs its own key")
        return self._key(content)

    def _key(self, digest: bytes) -> str:
        return f"{self._namespace}:{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def _digest(*parts: str) -> bytes:
    """JSON keeps ["a", "b,c"] and ["a,b", "c"] apart."""
    return hashlib.sha256(json.dumps(parts).encode()).digest()
