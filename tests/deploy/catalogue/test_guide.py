"""What docs/events.md shows can be asked for."""

import re

import pytest
from graphql import parse, validate

from deploy.composition import SUPERGRAPH
from deploy.generated import ROOT
from gateway.supergraph import read_supergraph
from services.notifications.domain.public_events import TYPES

GUIDE = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
SUPPOSED = {"incident.assigned.v2", "webhook.test.v1"}  # how there would be a second version; what tries a webhook


@pytest.mark.parametrize("document", re.findall(r"```graphql\n(.+?)```", GUIDE, re.DOTALL))
def test_its_operations_fit_the_graph(document: str) -> None:
    schema = read_supergraph((ROOT / SUPERGRAPH).read_text(encoding="utf-8")).public

    assert validate(schema, parse(document)) == []


def test_it_names_no_type_that_there_is_not() -> None:
    named = set(re.findall(r"\b[a-z_]+\.[a-z_]+\.v\d\b", GUIDE.replace("org.incidentregistry.", "")))

    assert {"incident.registered.v1", "incident.purged.v1"} <= named
    assert named - TYPES == SUPPOSED
