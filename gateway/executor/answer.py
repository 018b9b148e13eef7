"""The answer to a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` is None where null reached the root or nothing could be executed; `errors` are as clients see them."""

    data: dict[str, Any] | None
    errors: Sequence[dict[str, Any]] = ()

    def as_dict(self) -> dict[str, Any]:
        return {"data": self.data, "errors": list(self.errors)} if self.errors else {"data": self.data}

    def to_bytes(self) -> bytes:
        """The JSON body."""
        return orjson.dumps(self.as_dict())
