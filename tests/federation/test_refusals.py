"""Valid operations that the subgraphs cannot answer are refused whole, with nothing sent."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.transport import InProcessTransport
from gateway.executor import Engine

GRAPHS = 'enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }'

SHARED_INTERFACE = f"""
{GRAPHS}
type Query @join__type(graph: A) @join__type(graph: B) {{ thing: Thing }}
interface Thing @join__type(graph: A) @join__type(graph: B) {{ id: ID! }}
type Left implements Thing @join__type(graph: A) @join__type(graph: B, key: "id")
  @join__implements(graph: A, interface: "Thing") @join__implements(graph: B, interface: "Thing") {{
  id: ID! @join__field(graph: A, external: true) @join__field(graph: B)
}}
type Right implements Thing @join__type(graph: A) @join__type(graph: B, key: "id")
  @join__implements(graph: A, interface: "Thing") @join__implements(graph: B, interface: "Thing") {{
  id: ID! @join__field(graph: A) @join__field(graph: B, external: true)
}}
"""

NO_WAY = f"""
{GRAPHS}
type Query @join__type(graph: A) @join__type(graph: B) {{ item: Item @join__field(graph: A) }}
type Item @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", resolvable: false) {{
  id: ID!
  price: Int @join__field(graph: B)
}}
"""


@pytest.mark.parametrize(
    ("sdl", "query"),
    [
        pytest.param(SHARED_INTERFACE, "{ thing { id } }", id="the answer would depend on the graph chosen"),
        pytest.param(NO_WAY, "{ item { price } }", id="no key leads there"),
    ],
)
async def test_what_cannot_be_planned_is_refused(sdl: str, query: str) -> None:
    engine = Engine(sdl, InProcessTransport({}))

    answer = (await engine.execute(engine.prepare(query))).as_dict()

    assert answer["data"] is None
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "PLANNING_FAILED"}]


async def test_an_object_whose_type_nobody_tells_is_null(open_concept: Callable[..., Any]) -> None:
    vessels = open_concept("interface-objects")
    del vessels.transport.applications["vessels"]

    answer = await vessels.ask("{ seen { __typename lastSeen } }")

    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SERVICE_UNAVAILABLE"]
