"""Under a steady load of changes everything is killed, frozen and cut off: nothing is lost, doubled or reordered."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.faults.ground import Ground, Servers
from tests.support.faults.menu import BROKER_KILLED, FROZEN, menu
from tests.support.faults.trial import Trial

SCALE = "files-work=2 incidents-work=2"
Tell = Callable[[str], None]


@pytest.mark.timeout(600)
async def test_no_fault_loses_doubles_or_reorders_a_change(
    servers: Servers, seed: str, tmp_path: Path, tell: Tell
) -> None:
    async with Ground.prepared(servers, "faults", SCALE) as ground:
        trial = Trial(ground, await ground.load(seed), seed)
        try:
            async with trial.load.running():
                await trial.load.proceeds()
                await trial.suffer(menu(broker_frozen=12).items())
                wrong = await trial.judge(patience=30)
        finally:
            tell(trial.report(tmp_path / "history.jsonl"))
    assert not wrong
    for away in (FROZEN, BROKER_KILLED):
        assert trial.acknowledged_during(away) > 0
