"""Doing the same with many things, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size`, the last one shorter; nothing is read ahead of the list asked for."""
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk


async def each(things: Iterable[T], action: Callable[[T], Awaitable[None]], *, at_once: int) -> None:
    """`things` may be a long generator: the next one is taken only when there is a hand free for it.

    The first exception stops everything under way and is raised as it is.
    """
    shared = iter(things)

    async def work() -> None:
        for thing in shared:
            await action(thing)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(work())
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from failed
