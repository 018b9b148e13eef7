"""Under a steady load of changes everything is killed, frozen and cut off: nothing is lost, doubled or reordered."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.faults.checker import states
from tests.support.faults.ground import Ground
from tests.support.faults.menu import BROKER_KILLED, FROZEN, drawn, menu
from tests.support.faults.pointed_stack import Servers
from tests.support.faults.trial import Trial

SCALE = "files-work=2 incidents-work=2"
ROUNDS = 4
Tell = Callable[[str], None]


def assert_that_changes_went_on_without_the_broker(trial: Trial) -> None:
    for away in (FROZEN, BROKER_KILLED):
        assert trial.acknowledged_during(away) > 0


async def assert_that_a_row_beside_its_history_is_found(ground: Ground) -> None:
    async with ground.session("incidents") as session:
        change = session.transaction()
        await change.start()
        await session.execute(
            "UPDATE incident SET comment = 'half' WHERE comment = (SELECT min(comment) FROM incident)"
        )
        assert not (await states(session)).ok
        await change.rollback()


@pytest.mark.timeout(900)
async def test_no_fault_loses_doubles_or_reorders_a_change(
    servers: Servers, seed: str, tmp_path: Path, tell: Tell
) -> None:
    async with Ground.prepared(servers, "faults", SCALE) as ground:
        trial = Trial(ground, await ground.load(seed), seed)
        try:
            async with trial.load.running():
                await trial.load.proceeds()
                await trial.suffer(menu(broker_frozen=12).items())
                wrong = await trial.judge(patience=60)
        finally:
            tell(trial.report(tmp_path / "history.jsonl"))
        await assert_that_a_row_beside_its_history_is_found(ground)
    assert not wrong
    assert_that_changes_went_on_without_the_broker(trial)


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_no_fault_does_so_in_any_order_at_any_moment(
    servers: Servers, seed: str, tmp_path: Path, tell: Tell
) -> None:
    async with Ground.prepared(servers, "rounds", f"{SCALE} notifications-work=2 incidents=2 gateway=2") as ground:
        load = await ground.load(seed)
        async with load.running():
            for number in range(1, ROUNDS + 1):
                trial = Trial(ground, load, f"{seed}, round {number}")
                dice = random.Random(f"{seed}/{number}")  # noqa: S311  # to be repeated, not to be secret
                load.go_on()
                try:
                    await load.proceeds()
                    await trial.suffer(drawn(dice, sorted(ground.stack.processes), broker_frozen=20))
                    wrong = await trial.judge(patience=60)
                finally:
                    tell(trial.report(tmp_path / f"history-{number}.jsonl"))
                assert not wrong
                assert_that_changes_went_on_without_the_broker(trial)
