"""All in one and as a stack, the registry answers the same: every list, every incident, every person, each language."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.answers import Answers, differences, of_directory
from tests.support.own_registry import Registry, write_table
from tests.support.questions import LANGUAGES, LISTS, OTHERS

ROWS, SAMPLE = 60, 24


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[list[Registry]]:
    """All in one, and a stack."""
    made = []
    for command in ("up", "stack"):
        (tmp_path / command).mkdir()
        made.append(Registry(tmp_path / command, command))
    yield made
    await asyncio.gather(*(each.end(signal.SIGTERM) for each in made))


async def fill(registry: Registry) -> None:
    """One batch after another: references are given in the order of registration. Events have arrived afterwards."""
    rows, mapping = write_table(registry.folder, ROWS)
    importing = await registry.run("client", "import", str(rows), "--mapping", str(mapping), "--parallel", "1")
    assert (await importing.communicate(), importing.returncode)[1] == 0
    verified = await registry.run("deploy.local", "verify")
    assert (await verified.communicate(), verified.returncode)[1] == 0


@pytest.mark.timeout(600)
async def test_both_kinds_of_system_give_the_same_answers(both: list[Registry]) -> None:
    await asyncio.gather(*(each.start() for each in both))
    await asyncio.gather(*(fill(each) for each in both))

    one, other = [await of_directory(each.data) for each in both]

    assert differences(one, other) == []
    seen = {asked[2]: answer for asked, answer in one.found.items() if asked[0].startswith("admin")}
    assert seen["page 2 of {}"]["data"]["incidents"]["totalCount"] == ROWS + SAMPLE
    assert len(one.found) > 4 * len(LANGUAGES) * (len(LISTS) + len(OTHERS))


async def test_a_difference_is_told() -> None:
    one, other = Answers("", []), Answers("", [])
    one.found = {("admin", "en", "same"): 1, ("admin", "en", "other"): {"title": "Mine"}, ("admin", "en", "lost"): 2}
    other.found = {("admin", "en", "same"): 1, ("admin", "en", "other"): {"title": "Yours"}}

    assert differences(one, other) == [
        'admin | en | other\n  {"title": "Mine"}\n  {"title": "Yours"}',
        "admin | en | lost\n  2\n  null",
    ]
