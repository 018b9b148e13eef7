"""Nodes of a cluster die, stand still and are restarted while events flow: nothing that was confirmed is lost."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.support.cluster_traffic import Traffic, connected, move
from tests.support.rabbit_cluster import NAMES, Cluster, Node

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Prove = Callable[[Traffic], Awaitable[None]]
FROZEN_SECONDS = 20


async def restart(cluster: Cluster, node: Node, traffic: Traffic) -> None:
    await node.start()
    await cluster.holds(traffic.queues)


async def test_each_quorum_queue_has_a_member_on_each_node(cluster: Cluster, traffic: Traffic, proven: Prove) -> None:
    seats = await cluster.seats()
    assert {seats[name].members for name in traffic.queues} == {frozenset(NAMES)}
    await proven(traffic)


async def test_the_leader_of_a_queue_is_killed_and_comes_back(
    cluster: Cluster, traffic: Traffic, proven: Prove
) -> None:
    killed = await cluster.leader(traffic.queues[0])
    await killed.kill()
    await traffic.flows()
    assert await cluster.leader(traffic.queues[0]) is not killed
    await restart(cluster, killed, traffic)
    await traffic.flows()
    await proven(traffic)


async def test_a_follower_is_killed_and_comes_back(cluster: Cluster, traffic: Traffic, proven: Prove) -> None:
    leading = await cluster.leader(traffic.queues[0])
    killed = next(node for node in cluster.nodes if node is not leading)
    await killed.kill()
    await traffic.flows()
    assert await cluster.leader(traffic.queues[0]) is leading
    await restart(cluster, killed, traffic)
    await proven(traffic)


async def test_without_a_majority_nothing_is_confirmed_and_with_it_all_goes_on(
    cluster: Cluster, traffic: Traffic, proven: Prove
) -> None:
    _, second, third = cluster.nodes
    await asyncio.gather(second.kill(), third.kill())
    await asyncio.sleep(1)  # for the last confirmation to come in
    confirmed, refused = len(traffic.confirmed), traffic.refused
    await asyncio.sleep(5)
    assert (len(traffic.confirmed), traffic.refused > refused) == (confirmed, True)
    await second.start()
    await traffic.flows()
    await restart(cluster, third, traffic)
    await proven(traffic)


async def test_the_node_to_which_all_are_connected_stands_still(
    cluster: Cluster, traffic: Traffic, proven: Prove
) -> None:
    stuck = cluster.nodes[1]
    for broker in traffic.brokers:
        await move(broker, stuck)
    await traffic.flows()
    assert [connected(broker) for broker in traffic.brokers] == [{stuck.ports["amqp"]}] * len(traffic.brokers)
    async with stuck.frozen():
        await asyncio.gather(asyncio.sleep(FROZEN_SECONDS), traffic.flows())  # it goes on before the node does
        assert not any(stuck.ports["amqp"] in connected(broker) for broker in traffic.brokers)
    await cluster.holds(traffic.queues)
    await traffic.flows()
    await proven(traffic)


async def test_all_nodes_are_restarted_one_after_the_other(cluster: Cluster, traffic: Traffic, proven: Prove) -> None:
    for node in cluster.nodes:
        await node.stop()
        await traffic.flows()
        await restart(cluster, node, traffic)
    await traffic.flows()
    await proven(traffic)
