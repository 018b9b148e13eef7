"""Asking the graph from inside the process, as an ordinary caller with an API key."""

from typing import Any

import orjson

from chassis.transport import Transport

_URL = "http://gateway/graphql"
_SECONDS = 30.0


class GraphError(Exception):
    """The graph refused something that the sample needs; the text is its own."""


class Graph:
    def __init__(self, transport: Transport, api_key: str) -> None:
        self._transport = transport
        self._headers = {"content-type": "application/json", "authorization": f"Bearer {api_key}"}

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data. Raises GraphError when there is any error, also one within a payload."""
        body = orjson.dumps({"query": query, "variables": variables})
        answer = orjson.loads((await self._transport.post(_URL, body, self._headers, timeout=_SECONDS)).body)
        data: dict[str, Any] = answer.get("data") or {}
        problems = [*(answer.get("errors") or ()), *(e for field in data.values() for e in _refusals(field))]
        if problems:
            raise GraphError("; ".join(f"{each['message']} {each.get('field') or ''}".strip() for each in problems))
        return data


def _refusals(field: Any) -> list[dict[str, Any]]:
    if not isinstance(field, dict):
        return []
    nested = [error for result in field.get("results") or () for error in result["errors"]]
    return [*(field.get("errors") or ()), *nested]
