"""Bugs planted into the processes are found by the same load, the same faults and the same checker."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.faults import bugs, points
from tests.support.faults.checker import order
from tests.support.faults.ground import Ground
from tests.support.faults.kinds import Fault, queues_deleted, struck
from tests.support.faults.pointed_stack import Servers
from tests.support.faults.trial import Trial

READERS = ("files", "notifications")
LOST = {
    "public feed",
    *(f"events of {source} in {reader}" for source in ("incidents", "notifications") for reader in READERS),
}
REORDERED = {order("incidents", "files"), order("incidents", "notifications")}


class Planted(NamedTuple):
    """`fault` brings the bug out; of `findings` one at least must fail."""

    bug: str
    fault: Fault
    findings: set[str]
    scale: str = ""


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "planted",
    [
        Planted(bugs.EARLY_ACKNOWLEDGEMENT, struck(points.TAKEN), LOST),
        Planted(bugs.NOT_MANDATORY, queues_deleted, LOST),
        pytest.param(
            Planted(bugs.CURSOR_OVER_IDS, struck(points.LATE, dies=False), {"event log of incidents"}),
            marks=pytest.mark.long,
        ),
        pytest.param(
            Planted(bugs.SKIP_LOCKED, struck(points.SLOW, dies=False), REORDERED, "incidents-work=2"),
            marks=pytest.mark.long,
        ),
    ],
    ids=lambda planted: planted.bug,
)
async def test_a_planted_bug_is_found(
    planted: Planted, servers: Servers, seed: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    async with Ground.prepared(servers, planted.bug, planted.scale, planted.bug) as ground:
        trial = Trial(ground, await ground.load(seed), seed)
        async with trial.load.running():
            await trial.load.proceeds()
            await trial.suffer([(f"bug {planted.bug}", planted.fault)])
            wrong = await trial.judge(patience=6)
        tell(trial.report(tmp_path / "history.jsonl"))
    assert wrong & planted.findings
