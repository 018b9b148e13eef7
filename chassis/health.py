"""Liveness and readiness: alive means the process answers, ready means it can do its work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import orjson
from fastapi import APIRouter, Response

from chassis.errors import Fault

Check: TypeAlias = Callable[[], Awaitable[None]]
_NOT_READY = 503
_PATIENCE_SECONDS = 5.0
NO_CHECKS: Mapping[str, Check] = {}


def health(checks: Mapping[str, Check], degrading: Mapping[str, Check] = NO_CHECKS) -> APIRouter:
    """`/livez` without any dependency, `/readyz` with each named check's state.

    Who fails one of `checks` is not ready; who fails one of `degrading` is, and does with less: `degraded` says so.
    """
    router = APIRouter()

    @router.get("/livez")
    async def livez() -> Response:
        return Response("alive\n", media_type="text/plain")

    @router.get("/readyz")
    async def readyz() -> Response:
        needed, useful = await _states(checks), await _states(degrading)
        ready = _all_well(needed)
        answer = {"ready": ready, "degraded": not _all_well(useful), "checks": needed | useful}
        status = 200 if ready else _NOT_READY
        return Response(orjson.dumps(answer), status_code=status, media_type="application/json")

    return router


async def _states(checks: Mapping[str, Check]) -> dict[str, str]:
    return {name: await _state(check) for name, check in checks.items()}


def _all_well(states: Mapping[str, str]) -> bool:
    return all(state == "ok" for state in states.values())


async def _state(check: Check) -> str:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await check()
    except Fault as fault:
        return str(fault)
    except TimeoutError:
        return f"no answer within {_PATIENCE_SECONDS:g} s"
    return "ok"
