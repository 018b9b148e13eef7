"""The images: one for each deployable, small in rights and in content. No engine is needed to read that."""

import re
import subprocess
import sysconfig
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from deploy import healthcheck
from deploy.local.services import DEPLOYABLES, SERVICES
from deploy.local.stack.deployables import Deployable
from tests.support.images import DOCKERFILE, ROOT, read_images

IMAGES = read_images()
IGNORED = DOCKERFILE.with_name("Dockerfile.dockerignore")


def is_sent(path: str) -> bool:
    """As the builder decides: the last pattern that fits the path, or a folder above it, decides."""
    sent = True
    places = [path, *(str(parent) for parent in Path(path).parents)]
    for line in IGNORED.read_text().splitlines():
        pattern = line.removeprefix("!").replace("**/", "*")
        if line and not line.startswith("#") and any(fnmatchcase(place, pattern) for place in places):
            sent = line.startswith("!")
    return sent


def test_a_linter_finds_nothing() -> None:
    linter = Path(sysconfig.get_path("scripts")) / "hadolint"

    ended = subprocess.run([linter, "--no-color", DOCKERFILE], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_every_deployable_has_an_image_that_serves(name: str) -> None:
    image = IMAGES[name]

    assert [*image.words("ENTRYPOINT"), *image.words("CMD")] == ["python", *Deployable(name).words[1:]]


@pytest.mark.parametrize("name", [*DEPLOYABLES, "prepare"])
def test_an_image_runs_without_rights_and_ends_when_asked_to(name: str) -> None:
    settings = IMAGES[name].settings

    assert settings["USER"] == "10001:10001"
    assert settings["STOPSIGNAL"] == "SIGTERM"


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_an_image_is_asked_for_its_health_where_it_listens(name: str) -> None:
    image = IMAGES[name]

    assert image.settings["EXPOSE"] == image.environment[f"{name.upper()}_PORT"] == str(healthcheck.PORT)
    assert image.environment[f"{name.upper()}_HOST"] == "0.0.0.0"  # noqa: S104  # within its container
    assert image.settings["HEALTHCHECK"].endswith('CMD ["python", "/app/healthcheck.py"]')


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_an_image_has_no_other_services_code(service: str) -> None:
    copied = {source for copy in IMAGES[service].copies for source in copy.sources if copy.stage == "code"}

    others = {"/app/chassis", "/app/deploy/healthcheck.py", "/app/services/__init__.py"}
    assert copied == {*others, f"/app/services/{service}"}


def test_the_tools_of_the_build_stay_behind() -> None:
    for name in (*DEPLOYABLES, "prepare"):
        assert {copy.stage for copy in IMAGES[name].copies} <= {"packages", "code", "web"}
    assert "--without-pip" in IMAGES["packages"].settings["RUN"]
    assert "--require-hashes" in IMAGES["packages"].settings["RUN"]
    assert "pip uninstall" in IMAGES["runtime"].settings["RUN"]


def test_the_images_below_are_pinned() -> None:
    below = {image.base for image in IMAGES.values()} - IMAGES.keys()

    assert len(below) == 2
    assert all(re.fullmatch(r"[a-z/]+:\d+\.\d+\.\d+-[a-z-]+(@sha256:[0-9a-f]{64})?", image) for image in below)
    assert any(image.startswith("python:3.11.") for image in below)  # requirements are pinned for this one


def test_all_that_is_copied_is_sent_to_the_builder() -> None:
    sources = [
        source for image in IMAGES.values() for copy in image.copies if not copy.stage for source in copy.sources
    ]

    assert sources
    assert [source for source in sources if not (ROOT / source).exists() or not is_sent(source)] == []


@pytest.mark.parametrize(
    "path",
    [
        *(".git/config", ".venv/bin/python", ".registry/secrets.json", "tests/conftest.py", "README.md"),
        *("deploy/secrets/postgres_password", "deploy/secrets/keys/gateway.pem"),
        *("chassis/__pycache__/auth.cpython-311.pyc", "web/node_modules/react/index.js", "requirements/dev.txt"),
    ],
)
def test_nothing_else_is_sent(path: str) -> None:
    assert not is_sent(path)
