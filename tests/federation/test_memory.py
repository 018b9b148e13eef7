"""What a request leaves behind: nothing that would wait for the collector of garbage."""

import gc
from collections.abc import Callable
from typing import Any

from gateway.executor.fetches import Run


async def test_an_answer_is_freed_as_soon_as_it_is_given(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    query = "{ books { copies author { name awards { year } } } best { author { name } } }"
    await library.ask(query, scope_key="a")
    gc.collect()
    gc.disable()
    try:
        await library.ask(query, scope_key="a")
        kept = [each for each in gc.get_objects() if isinstance(each, Run)]
    finally:
        gc.enable()
    assert kept == []
