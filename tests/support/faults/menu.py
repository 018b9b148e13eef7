"""What goes wrong in a trial: everything once, or drawn from a seed."""

import asyncio
import random
import signal
from collections.abc import Mapping, Sequence
from typing import Final

from deploy.local.services import SERVICES
from tests.support.faults import points
from tests.support.faults.ground import Ground
from tests.support.faults.kinds import Fault, frozen, frozen_broker, killed, queues_deleted, server_told, struck
from tests.support.faults.load import Load

FROZEN: Final = "broker stands still"
BROKER_KILLED: Final = "broker killed"


def menu(broker_frozen: float) -> Mapping[str, Fault]:
    served = [service.name for service in SERVICES]
    return {
        **{f"{name} killed": killed(name) for name in (*served, "gateway")},
        "incidents killed between commit and answer": struck(points.COMMITTED),
        "relay killed with half a batch confirmed": struck(points.HALF_A_BATCH),
        "relay killed between confirm and mark": struck(points.CONFIRMED),
        "consumer killed between effect and acknowledgement": struck(points.TAKEN),
        "relay slow between table and broker": struck(points.SLOW, dies=False),
        "transaction commits after later ones": struck(points.LATE, dies=False),
        "all queues of the incidents deleted": queues_deleted,
        FROZEN: frozen_broker(broker_frozen),
        BROKER_KILLED: server_told("broker", signal.SIGKILL),
        "PostgreSQL killed": server_told("database", signal.SIGKILL),
        "PostgreSQL restarted": server_told("database", signal.SIGINT),
    }


def drawn(dice: random.Random, processes: Sequence[str], broker_frozen: float) -> list[tuple[str, Fault]]:
    """The whole menu and, at random moments, some more processes killed and frozen; in any order."""
    more = [(f"{each} killed", killed(each)) for each in dice.sample(processes, 5)]
    still = [(f"{each} stands still", frozen(each, dice.uniform(2, 15))) for each in dice.sample(processes, 2)]
    chosen = [*menu(broker_frozen).items(), *more, *still]
    dice.shuffle(chosen)
    return [(name, _after(dice.uniform(0, 2), fault)) for name, fault in chosen]


def _after(seconds: float, fault: Fault) -> Fault:
    async def later(ground: Ground, load: Load) -> None:
        await asyncio.sleep(seconds)
        await fault(ground, load)

    return later
