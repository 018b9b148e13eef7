"""Doing one thing after another for as long as there are any, and looking again a while later."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

PAUSE_SECONDS: Final = 60.0


async def sweep(one: Callable[[], Awaitable[bool]]) -> None:
    """Until cancelled; `one` says whether there was any."""
    while True:
        if not await one():
            await asyncio.sleep(PAUSE_SECONDS)
