"""Schemas of subgraphs to one supergraph, by the composition library that web/compose.mjs calls."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import orjson

from gateway.composition.node import NodeMissing, ScriptFailed, run_script


class CompositionError(Exception):
    """The schemas do not fit together, or the composer is not installed. One line for each reason."""


@dataclass(frozen=True, slots=True)
class SubgraphSchema:
    """A subgraph's name, the URL where its graph answers, and its schema as written for federation."""

    name: str
    url: str
    sdl: str


def compose(subgraphs: Iterable[SubgraphSchema]) -> str:
    """The supergraph SDL. Raises CompositionError."""
    given = orjson.dumps([asdict(subgraph) for subgraph in subgraphs]).decode()
    try:
        return run_script("compose.mjs", given=given)
    except (NodeMissing, ScriptFailed) as error:
        raise CompositionError(str(error)) from error
