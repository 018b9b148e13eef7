"""The images that deploy/Dockerfile describes, read without a container engine, and laid out as folders."""

import compileall
import json
import shlex
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import distribution
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final

from packaging.requirements import Requirement

ROOT: Final = Path(__file__).parents[2]
DOCKERFILE: Final = ROOT / "deploy" / "Dockerfile"
_NOT_SENT: Final = shutil.ignore_patterns("__pycache__", "secrets")


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY: from the context or, with `stage`, out of an earlier stage."""

    stage: str | None
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A stage with what it inherits. `settings` has the last of each instruction by its name, as it is written."""

    base: str
    environment: Mapping[str, str] = field(default_factory=dict)
    copies: tuple[Copy, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    def words(self, instruction: str) -> list[str]:
        """Of ENTRYPOINT or CMD."""
        return list(json.loads(self.settings[instruction]))

    def with_instruction(self, name: str, rest: str) -> "Image":
        if name == "ENV":
            given = dict(word.partition("=")[::2] for word in shlex.split(rest))
            return replace(self, environment={**self.environment, **given})
        if name == "COPY":
            return replace(self, copies=(*self.copies, _copy(rest)))
        return replace(self, settings={**self.settings, name: rest})


def read_images(dockerfile: Path = DOCKERFILE) -> dict[str, Image]:
    """Every stage by its name."""
    arguments: dict[str, str] = {}
    images: dict[str, Image] = {}
    name = ""
    for instruction, rest in _instructions(dockerfile.read_text()):
        if instruction == "FROM":
            base, _, name = rest.replace(" AS ", " as ").partition(" as ")
            named = arguments.get(base.strip("${}"), base)
            images[name] = replace(images[base], base=base) if base in images else Image(base=named)
        elif not images:
            arguments |= dict([rest.split("=", 1)])
        else:
            images[name] = images[name].with_instruction(instruction, rest)
    return images


def lay_out(images: Mapping[str, Image], targets: Collection[str], root: Path) -> dict[str, Path]:
    """What these images have in /app, in folders below `root`; our code is compiled as it is there."""
    stages = {"code": root / "code", "web": ROOT}
    for copy in images["code"].copies:
        _put(ROOT, copy, stages["code"])
    compileall.compile_dir(stages["code"], quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    for target in targets:
        for copy in images[target].copies:
            if copy.stage in stages:
                _put(stages[copy.stage], copy, root / target)
    return {target: root / target for target in targets}


def lay_out_packages(root: Path) -> Path:
    """Nothing but what requirements/base.txt names, as links to what is installed here; its folder."""
    folder = root / "packages"
    folder.mkdir()
    for name in _pinned(ROOT / "requirements" / "base.txt"):
        for top in {file.parts[0] for file in distribution(name).files or ()} - {".."}:
            if not (folder / top).exists():
                (folder / top).symlink_to(str(distribution(name).locate_file(top)))
    return folder


def _pinned(requirements: Path) -> Sequence[str]:
    lines = (line.rstrip("\\ ") for line in requirements.read_text().splitlines() if line[:1].isalnum())
    pins = [Requirement(line) for line in lines]
    return [pin.name for pin in pins if pin.marker is None or pin.marker.evaluate()]


def _instructions(text: str) -> list[tuple[str, str]]:
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    whole = (" ".join(line.split()) for line in lines.replace("\\\n", " ").splitlines())
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in whole if line]


def _copy(rest: str) -> Copy:
    *words, target = rest.split()
    stages = [word.removeprefix("--from=") for word in words if word.startswith("--from=")]
    return Copy(stages[0] if stages else None, tuple(word for word in words if not word.startswith("--")), target)


def _put(origin: Path, copy: Copy, folder: Path) -> None:
    """A folder gives its content; a file goes into a target that ends with a slash, and else becomes it."""
    for name in copy.sources:
        source, target = origin / name.removeprefix("/app/").removeprefix("/"), folder / copy.target
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=_NOT_SENT if copy.stage is None else None)
        else:
            file = target / source.name if copy.target.endswith("/") else target
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, file)
