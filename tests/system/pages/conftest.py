"""A registry of the pages' own, started as a person would, and a browser before it."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.chromium import PROGRAM, Chromium, chromium
from tests.support.own_registry import Registry


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this machine"))
        item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="package")
async def registry(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Registry]:
    made = Registry(tmp_path_factory.mktemp("pages"))
    try:
        await made.start()
        yield made
    finally:
        await made.end(signal.SIGTERM)


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Chromium]:
    async with chromium(tmp_path, "de-AT") as made:
        yield made
