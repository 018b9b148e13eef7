"""deploy/compose.yaml as Compose reads it: anchors and merges resolved, variables put in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from tests.support.images import ROOT

COMPOSE: Final = ROOT / "deploy" / "compose.yaml"
SECRETS: Final = "/run/secrets/"
_VARIABLE: Final = re.compile(r"\$\{(\w+):-([^${}]*)\}")


def read_compose(variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The whole file, with these variables and the defaults of the others."""
    text = COMPOSE.read_text()
    while (filled := _VARIABLE.sub(lambda found: (variables or {}).get(found[1]) or found[2], text)) != text:
        text = filled
    return dict(YAML(typ="safe", pure=True).load(text))


def conditions(service: Mapping[str, Any]) -> dict[str, str]:
    """What a service waits for, and until when."""
    return {name: waits["condition"] for name, waits in service.get("depends_on", {}).items()}


def given_secrets(service: Mapping[str, Any]) -> dict[str, str]:
    """Names of the secrets by the path at which its container has them."""
    given = [each if isinstance(each, dict) else {"source": each} for each in service.get("secrets", ())]
    return {each.get("target", SECRETS + each["source"]): each["source"] for each in given}


def on_this_machine(whole: Mapping[str, Any], service: Mapping[str, Any]) -> dict[str, str]:
    """Its variables, with the paths of a container replaced by those that are mounted there."""
    mounted = {path: whole["secrets"][name]["file"] for path, name in given_secrets(service).items()}
    mounted |= {each["target"]: each["source"] for each in service.get("volumes", ()) if isinstance(each, dict)}
    found = {name: mounted.get(value, value) for name, value in service.get("environment", {}).items()}
    return {name: str(Path(COMPOSE.parent, value)) if value.startswith(".") else value for name, value in found.items()}
