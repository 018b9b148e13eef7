"""Which progressive overrides hold is a setting, with sign-in and without."""

from pathlib import Path

from chassis.transport import InProcessTransport
from gateway.app import new_open_gateway
from gateway.executor import Engine
from tests.support.gateway_world import open_world

SUPERGRAPH = Path(__file__).parents[1] / "federation" / "plans" / "progressive-override" / "supergraph.graphql"
LABEL = "team/new-tariffs"


def answering(engine: Engine) -> set[str]:
    return set(engine.supergraph.types["Meter"].fields["tariff"].resolvers)


def test_labels_of_the_open_gateway(tmp_path: Path) -> None:
    off = new_open_gateway(SUPERGRAPH, InProcessTransport({}), tmp_path)
    on = new_open_gateway(SUPERGRAPH, InProcessTransport({}), tmp_path, labels=frozenset({LABEL}))

    assert (answering(off.door.engine), answering(on.door.engine)) == ({"OLD"}, {"NEW"})


def test_labels_of_the_gateway_with_sign_in(signing_keys: Path) -> None:
    off = open_world(signing_keys, supergraph=SUPERGRAPH)
    on = open_world(signing_keys, supergraph=SUPERGRAPH, override_labels=f'["{LABEL}"]')

    assert (answering(off.gateway.engine), answering(on.gateway.engine)) == ({"OLD"}, {"NEW"})
