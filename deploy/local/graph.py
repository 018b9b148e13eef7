"""Asking the graph from inside the process, as an ordinary caller with an API key, and signing in at its door."""

from typing import Any, Final

import orjson

from chassis.transport import Transport

_GATEWAY: Final = "http://gateway"
_JSON: Final = {"content-type": "application/json"}
_SECONDS: Final = 30.0
_DONE: Final = 200


class GraphError(Exception):
    """The graph refused something that the sample needs; the text is its own."""


class Graph:
    def __init__(self, transport: Transport, api_key: str) -> None:
        self._transport = transport
        self._headers = {**_JSON, "authorization": f"Bearer {api_key}"}

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data. Raises GraphError when there is any error, also one within a payload."""
        body = orjson.dumps({"query": query, "variables": variables})
        answer = orjson.loads(
            (await self._transport.post(f"{_GATEWAY}/graphql", body, self._headers, timeout=_SECONDS)).body
        )
        data: dict[str, Any] = answer.get("data") or {}
        problems = [*(answer.get("errors") or ()), *(e for field in data.values() for e in _refusals(field))]
        if problems:
            raise GraphError("; ".join(f"{each['message']} {each.get('field') or ''}".strip() for each in problems))
        return data


async def choose_password(transport: Transport, email: str, given: str, own: str) -> None:
    """In place of one that is good for nothing else; nothing where that was done before. No session is left."""
    body = orjson.dumps({"email": email, "password": given, "newPassword": own})
    answer = await transport.post(f"{_GATEWAY}/auth/change-password", body, _JSON, timeout=_SECONDS)
    if answer.status == _DONE:
        headers = {"cookie": answer.headers["set-cookie"].partition(";")[0], "x-registry-preflight": "1"}
        await transport.post(f"{_GATEWAY}/auth/sign-out", b"", headers, timeout=_SECONDS)


def _refusals(field: Any) -> list[dict[str, Any]]:
    if not isinstance(field, dict):
        return []
    nested = [error for result in field.get("results") or () for error in result["errors"]]
    return [*(field.get("errors") or ()), *nested]
