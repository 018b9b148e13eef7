"""A subscription ends when its caller's rights change, with the service `access` and its events as they really are.

No service of the registry tells events by subscription yet: a subgraph of the tests does.
"""

import time
from pathlib import Path
from typing import Any, Final

import pytest

from chassis.settings import load
from chassis.transport import InProcessTransport
from deploy.local.all_in_one import AllInOne
from deploy.local.environment import Surroundings
from gateway.app import Gateway, new_gateway
from gateway.settings import GatewaySettings
from tests.support.gateway_world import HERE, open_world
from tests.support.matrix_world import World
from tests.support.sockets import Stream
from tests.support.teller import Teller

SECONDS: Final = 5.0
MEMBERS: Final = "mutation ($input: EditGroupInput!) { editGroup(input: $input) { errors { message } } }"
LISTENING: Final = "subscription { recordTold { id ... on Incident { title } } }"


@pytest.fixture
async def told(system: AllInOne, surroundings: Surroundings) -> tuple[Gateway, Teller]:
    """A gateway of a graph with a subscription, which asks the running access who may what, and hears its events."""
    world = open_world(surroundings.keys)
    applications = {**world.transport.applications, "access": system.transport.applications["access"]}
    settings = surroundings.of_gateway() | {"GATEWAY_SUPERGRAPH": str(Path(HERE) / "supergraph.graphql")}
    gateway = new_gateway(load(GatewaySettings, "GATEWAY", settings), InProcessTransport(applications))
    await gateway.subscribe(system.broker)
    return gateway, world.teller


async def test_a_subscription_ends_when_its_caller_leaves_the_group(
    told: tuple[Gateway, Teller], world: World, admin: Any
) -> None:
    gateway, teller = told
    stream = Stream(gateway.front, {"query": LISTENING}, {"authorization": f"Bearer {world.foreign.secret}"})
    listener = await teller.listener()
    listener.tell(recordTold={"ref": "Incident/0"})
    assert (await stream.begin())[0] == 200
    assert (await stream.event())[0] == "next"

    ids, began = world.foreign.target.ids, time.monotonic()
    change = {"id": ids["Group"], "removeMembers": [ids["User"]]}
    assert (await admin.ask(MEMBERS, input=change))["editGroup"]["errors"] == []
    name, last = await stream.event()
    taken = time.monotonic() - began
    back = {"id": ids["Group"], "addMembers": [ids["User"]]}
    await admin.ask(MEMBERS, input=back)

    assert (name, last["errors"][0]["extensions"]["code"]) == ("next", "RIGHTS_CHANGED")
    assert taken < SECONDS
