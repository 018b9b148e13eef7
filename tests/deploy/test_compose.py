"""The containers are the processes of `make stack`, with no more rights and files than each needs.

No engine is needed to read that, and none reads it here: what an engine would make of it is told in deploy/README.md.
"""

import json
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from chassis.settings import load
from deploy import healthcheck
from deploy.local import postgres, postgres_cluster
from deploy.local.choices import SETTINGS
from deploy.local.environment import SEALING_KEYS, NoStore, Surroundings
from deploy.local.provision import DatabaseUrls
from deploy.local.services import SERVICES
from deploy.local.signing_keys import ensure_sealing_keys
from deploy.local.stack.deployables import Deployable
from deploy.local.stack.scale import NAMES, WORKERS
from deploy.prepare.secret_files import Addresses, prepare_secrets
from tests.support.compose import COMPOSE, SECRETS, conditions, given_secrets, on_this_machine, read_compose
from tests.support.images import read_images

WHOLE = read_compose()
CONTAINERS: dict[str, dict[str, Any]] = WHOLE["services"]
OURS = {name: each for name, each in CONTAINERS.items() if each["image"].startswith("incident-registry/")}
LASTING = {name for name, each in CONTAINERS.items() if each.get("restart") == "unless-stopped"}
ONCE = CONTAINERS.keys() - LASTING - {"secrets"}
MIGRATIONS = {f"migrate-{service.name}" for service in SERVICES}


def settings_names(container: dict[str, Any]) -> set[str]:
    return {name.removesuffix("_FILE") for name in container.get("environment", {})}


def words(name: str) -> list[str]:
    """What runs in the container."""
    image = read_images()[OURS[name]["build"]["target"]]
    return [*image.words("ENTRYPOINT"), *OURS[name].get("command", image.words("CMD"))]


def test_it_keeps_to_the_specification_of_compose() -> None:
    checker = Path(sysconfig.get_path("scripts")) / "check-jsonschema"

    ended = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", COMPOSE], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_its_processes_are_those_of_make_stack() -> None:
    assert OURS.keys() & LASTING == set(NAMES)
    assert OURS.keys() - LASTING == MIGRATIONS | {"secrets", "databases", "bucket", "administrator"}


@pytest.mark.parametrize("name", NAMES)
def test_a_process_is_started_as_in_make_stack(name: str) -> None:
    assert words(name) == ["python", *Deployable(name).words[1:]]
    assert OURS[name]["build"]["target"] == Deployable(name).part


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_migrations_run_as_the_owner_and_nothing_else_does(service: str) -> None:
    assert words(f"migrate-{service}") == ["python", "-m", f"services.{service}", "migrate"]
    owners = {name for name, each in OURS.items() if f"{service.upper()}_DATABASE_OWNER_URL" in settings_names(each)}
    assert owners == {f"migrate-{service}", "databases"}


@pytest.mark.parametrize("name", NAMES)
def test_a_process_has_the_settings_that_it_has_in_make_stack(name: str, tmp_path: Path) -> None:
    databases = {service.name: DatabaseUrls("app", "owner") for service in SERVICES}
    ensure_sealing_keys(tmp_path / SEALING_KEYS)
    others = {"broker": "amqp://somewhere", "mail": "smtp://somewhere"}
    around = Surroundings(databases=databases, keys=tmp_path, store=NoStore(), port=1, **others)
    part = Deployable(name).part
    there = {each.removesuffix("_FILE") for each in Deployable(name).environment(around, 1, "{}")}

    here = settings_names(OURS[name]) | read_images()[part].environment.keys()

    own = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "GATEWAY_METRICS_HOST", "GATEWAY_METRICS_PORT"}
    own |= {"FILES_S3_PUBLIC_ENDPOINT"}  # on one machine browsers and services have the same address for the store
    assert here - own == there - own - {f"{part.upper()}_DATABASE_OWNER_URL"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The whole file with a folder of secrets as the container `secrets` makes it."""
    folder = tmp_path_factory.mktemp("secrets")
    prepare_secrets(folder, Addresses("postgres:5432", "rabbitmq:5672"))
    return read_compose({"REGISTRY_SECRETS": str(folder)})


@pytest.mark.parametrize("name", [*NAMES, *sorted(MIGRATIONS)])
def test_every_setting_is_one_of_the_deployables(name: str, filled: dict[str, Any]) -> None:
    part = OURS[name]["build"]["target"]
    environment = {**read_images()[part].environment, **on_this_machine(filled, filled["services"][name])}

    settings = load(SETTINGS[part.upper()], part.upper(), environment)

    assert (settings.port, settings.host) == (healthcheck.PORT, "0.0.0.0")  # type: ignore[attr-defined]  # noqa: S104  # all have these; within its container


def test_every_secret_is_a_file_that_is_made(filled: dict[str, Any]) -> None:
    assert [each["file"] for each in filled["secrets"].values() if not Path(each["file"]).is_file()] == []


def test_a_container_has_no_secret_that_it_does_not_name() -> None:
    for name, container in CONTAINERS.items():
        named = {value for value in container.get("environment", {}).values() if str(value).startswith(SECRETS)}
        beside = {"/etc/rabbitmq/conf.d/90-registry.conf"} if name == "rabbitmq" else set()
        assert given_secrets(container).keys() == named | beside, name


def test_every_secret_is_used() -> None:
    assert WHOLE["secrets"].keys() == {name for each in CONTAINERS.values() for name in given_secrets(each).values()}


def test_peers_are_found_where_they_listen() -> None:
    for name in NAMES:
        peers = json.loads(OURS[name]["environment"][f"{Deployable(name).part.upper()}_PEERS"])
        assert peers == {service.name: f"http://{service.name}:{healthcheck.PORT}" for service in SERVICES}


def addresses(filled: dict[str, Any], name: str) -> set[tuple[str, int]]:
    """Hosts and ports in the settings of a container."""
    found: set[tuple[str, int]] = set()
    for value in on_this_machine(filled, filled["services"][name]).values():
        text = Path(value).read_text() if value.startswith("/") and Path(value).is_file() else value
        for url in re.findall(r"[a-z0-9+]+://[^\s\"]+", text):
            parts = urlsplit(url)
            if parts.hostname and parts.port and parts.hostname != "127.0.0.1":
                found.add((parts.hostname, parts.port))
    return found


def test_who_has_an_address_shares_a_network_with_it(filled: dict[str, Any]) -> None:
    ports = {"postgres": 5432, "rabbitmq": 5672, "store": 9000, "mail": 1025} | dict.fromkeys(NAMES, healthcheck.PORT)
    for name in OURS.keys() - {"secrets"}:
        for host, port in addresses(filled, name):
            if name in MIGRATIONS and host != "postgres":
                continue  # it reads its service's settings, and asks nobody but the database
            assert set(CONTAINERS[name]["networks"]) & set(CONTAINERS[host]["networks"]), f"{name} to {host}"
            assert ports[host] == port


def test_the_gateway_does_not_reach_the_data_and_only_what_must_be_is_reached_from_outside() -> None:
    networks = WHOLE["networks"]

    assert {name for name, network in networks.items() if not network.get("internal")} == {"front", "out"}
    outward = {name for name, each in CONTAINERS.items() if "out" in each.get("networks", ())}
    assert outward == {"notifications", "notifications-work"}
    assert {name for name, each in CONTAINERS.items() if "front" in each.get("networks", ())} == {
        *("gateway", "mail", "store"),
    }
    assert "data" not in CONTAINERS["gateway"]["networks"]
    ports = {name: each["ports"] for name, each in CONTAINERS.items() if "ports" in each}
    assert ports == {
        "gateway": ["127.0.0.1:8000:8000"],
        "mail": ["127.0.0.1:8025:8025"],
        "store": ["127.0.0.1:9000:9000"],
    }


def test_a_changed_port_is_told_to_the_gateway() -> None:
    gateway = read_compose({"REGISTRY_PORT": "9000"})["services"]["gateway"]

    assert gateway["ports"] == ["127.0.0.1:9000:8000"]
    assert gateway["environment"]["GATEWAY_PUBLIC_URL"] == "http://127.0.0.1:9000"


def test_browsers_find_the_store_and_it_lets_pages_of_the_registry_in() -> None:
    changed = read_compose({"REGISTRY_PORT": "9001", "REGISTRY_STORE_PORT": "9002"})["services"]

    assert changed["store"]["ports"] == ["127.0.0.1:9002:9000"]
    for name in ("files", "files-work"):
        assert changed[name]["environment"]["FILES_S3_PUBLIC_ENDPOINT"] == "http://127.0.0.1:9002"
    assert json.loads(changed["bucket"]["environment"]["FILES_ALLOWED_ORIGINS"]) == ["http://127.0.0.1:9001"]
    assert changed["store"]["environment"]["MINIO_API_CORS_ALLOW_ORIGIN"] == "http://127.0.0.1:9001"


@pytest.mark.parametrize("name", NAMES)
def test_health_is_asked_for_as_make_stack_asks(name: str) -> None:
    health = OURS[name]["healthcheck"]
    image = read_images()[Deployable(name).part].settings["HEALTHCHECK"]

    options, _, command = image.partition(" CMD ")
    assert health["test"] == ["CMD", *json.loads(command)]
    told = dict(word.removeprefix("--").split("=") for word in options.split())
    assert {each.replace("-", "_"): value for each, value in told.items()} == {
        each: str(value) for each, value in health.items() if each != "test"
    }


def test_everything_is_waited_for_until_it_is_ready_or_done() -> None:
    for name, container in CONTAINERS.items():
        for before, condition in conditions(container).items():
            done = before in ONCE
            assert condition == ("service_completed_successfully" if done else "service_healthy"), f"{name}: {before}"
            assert CONTAINERS[before]["healthcheck"].get("disable", False) is done


def test_every_end_is_waited_for_by_something_that_lasts() -> None:
    waited_for = {before for name in LASTING for before in conditions(CONTAINERS[name])}

    assert waited_for >= ONCE


def test_nothing_starts_before_what_it_needs() -> None:
    for service in SERVICES:
        migration = f"migrate-{service.name}"
        assert conditions(CONTAINERS[migration]) == {"databases": "service_completed_successfully"}
        assert migration in conditions(CONTAINERS[service.name])
        assert {migration, "rabbitmq"} <= conditions(CONTAINERS[f"{service.name}-work"]).keys()
        assert "rabbitmq" not in conditions(CONTAINERS[service.name])  # changes are taken without a broker
    assert {service.name for service in SERVICES} < conditions(CONTAINERS["gateway"]).keys()
    assert "bucket" in conditions(CONTAINERS["files"])


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_may_do_nothing_but_its_work(name: str) -> None:
    container = CONTAINERS[name]

    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert not container.keys() & {"privileged", "cap_add", "pid", "ipc", "devices"}
    assert container["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", sorted(CONTAINERS.keys() - {"secrets"}))
def test_a_container_has_its_limits(name: str) -> None:
    limits = CONTAINERS[name]["deploy"]["resources"]["limits"]

    assert {"memory", "pids"} <= limits.keys()


def test_a_process_has_more_time_to_end_than_it_takes() -> None:
    drain = SETTINGS["GATEWAY"].model_fields["drain_seconds"].default

    assert all(int(OURS[name]["stop_grace_period"].removesuffix("s")) > 2 * drain for name in NAMES)


def test_images_of_others_are_pinned() -> None:
    foreign = [each["image"] for name, each in CONTAINERS.items() if name not in OURS]

    assert len(foreign) == 4
    version = r"v?\d+\.\d+(\.\d+)?(-[a-z]+)?|RELEASE\.[\dTZ-]+"
    assert [image for image in foreign if not re.fullmatch(rf"[a-z/]+:({version})(@sha256:[0-9a-f]+)?", image)] == []


def test_the_manual_tells_every_variable() -> None:
    told = set(re.findall(r"`(REGISTRY_[A-Z_]+)[`=]", COMPOSE.with_name("README.md").read_text()))

    assert set(re.findall(r"\$\{(\w+)", COMPOSE.read_text())) == told


def test_workers_are_as_many_as_wanted() -> None:
    assert all("container_name" not in CONTAINERS[name] for name in WORKERS)
    wanted = read_compose({"REGISTRY_FILES_WORK": "3", "REGISTRY_NOTIFICATIONS_WORK": "2"})["services"]
    assert wanted["files-work"]["deploy"]["replicas"] == 3
    assert wanted["notifications-work"]["deploy"]["replicas"] == 2
    assert CONTAINERS["files-work"]["deploy"]["replicas"] == 1


def test_postgresql_sorts_and_connects_as_in_make_stack() -> None:
    server = CONTAINERS["postgres"]

    initdb = postgres_cluster._OPTIONS
    ours = initdb[initdb.index("--encoding") :]
    assert server["environment"]["POSTGRES_INITDB_ARGS"].split() == list(ours)
    settings = dict(word.split("=") for word in server["command"] if "=" in word)
    assert settings == {name: postgres._SETTINGS[name] for name in settings}
    assert "max_connections" in settings
    assert server["image"].split(":")[1].split(".")[0] == "18"
