"""Liveness and readiness: alive means the process answers, ready means it can do its work."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from fastapi import APIRouter, Response
from fastapi.responses import ORJSONResponse

from chassis.errors import Fault

Check: TypeAlias = Callable[[], Awaitable[None]]
_NOT_READY = 503


def health(checks: Mapping[str, Check]) -> APIRouter:
    """`/livez` without any dependency, `/readyz` with each named check's state."""
    router = APIRouter()

    @router.get("/livez")
    async def livez() -> Response:
        return Response("alive\n", media_type="text/plain")

    @router.get("/readyz")
    async def readyz() -> Response:
        states = {name: await _state(check) for name, check in checks.items()}
        ready = all(state == "ok" for state in states.values())
        return ORJSONResponse({"ready": ready, "checks": states}, status_code=200 if ready else _NOT_READY)

    return router


async def _state(check: Check) -> str:
    try:
        await check()
    except Fault as fault:
        return str(fault)
    return "ok"
