"""Where schemas come from: the tree for the registry's own, a file or a running subgraph for those of others."""

import re
from pathlib import Path
from typing import Final

import orjson

from chassis.errors import Fault
from chassis.transport import Transport
from gateway.composition.composer import CompositionError, SubgraphSchema

ROOT: Final = Path(__file__).parents[2]
_SCHEMAS: Final = "services/*/graphql/schema.graphql"
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_SERVICE_SDL: Final = orjson.dumps({"query": "{ _service { sdl } }"})
_JSON: Final = {"content-type": "application/json", "accept": "application/json"}
_SECONDS: Final = 10.0


def registry_schemas(root: Path = ROOT) -> list[SubgraphSchema]:
    """Those of all services below `root`. Raises CompositionError when there are none."""
    files = sorted(root.glob(_SCHEMAS))
    if not files:
        raise CompositionError(f"No {_SCHEMAS} in {root}.")
    return [_of_file(file.parents[1].name, file) for file in files]


async def added_schema(given: str, transport: Transport) -> SubgraphSchema:
    """`hr=hr.graphql` or `hr=http://10.0.0.7:8000/graphql`. Raises CompositionError and OSError."""
    name, _, source = given.partition("=")
    if not _NAME.fullmatch(name) or not source:
        raise CompositionError(
            f"{given}: write name=file or name=URL; a name is of small letters, digits, '-' and '_', like hr."
        )
    if source.startswith(("http://", "https://")):
        return SubgraphSchema(name, source, await _asked(name, source, transport))
    return _of_file(name, Path(source))


def replace_file(file: Path, text: str) -> None:
    """Whoever reads the file meanwhile, as a running gateway may, reads the old text or the new, and no half of it."""
    aside = file.with_name(f".{file.name}.new")
    aside.write_text(text, encoding="utf-8")
    aside.replace(file)


def _of_file(name: str, file: Path) -> SubgraphSchema:
    return SubgraphSchema(name, f"http://{name}/graphql", file.read_text(encoding="utf-8"))


async def _asked(name: str, url: str, transport: Transport) -> str:
    """Every federation subgraph tells its own schema."""
    try:
        response = await transport.post(url, _SERVICE_SDL, _JSON, timeout=_SECONDS)
        sdl = orjson.loads(response.body)["data"]["_service"]["sdl"]
    except Fault as fault:
        raise CompositionError(f"[{name}] {fault}") from fault
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise CompositionError(f"[{name}] {url} does not tell its schema, as `_service {{ sdl }}` would.") from error
    if not isinstance(sdl, str):
        raise CompositionError(f"[{name}] {url} tells a schema that is no text.")
    return sdl
