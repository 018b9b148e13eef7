"""The data directory and the small files in it."""

import json
import socket
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from deploy.local import ports as local_ports
from deploy.local.directories import data_directory, own_log
from deploy.local.errors import CannotStart
from deploy.local.ports import TWIN, RememberedPorts, is_free, promise
from deploy.local.private_files import Secrets, write_private
from deploy.local.signing_keys import ensure_signing_keys


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_directory_is_made_for_its_owner_only(place: Path) -> None:
    with data_directory(place / "a" / "registry") as directory:
        assert mode(directory) == 0o700


def test_a_second_run_on_it_is_told_who_has_it(place: Path) -> None:
    told = pytest.raises(CannotStart, match=r"already runs on .* \(process \d+\)")
    with data_directory(place), told, data_directory(place):
        pass


def test_it_is_free_again_after_the_first_run(place: Path) -> None:
    for _ in range(2):
        with data_directory(place):
            pass


def test_a_directory_that_cannot_be_written_is_named(
    place: Path, ordinary_user: Callable[[], AbstractContextManager[None]]
) -> None:
    place.chmod(0o555)
    told = pytest.raises(CannotStart, match=f"Cannot write to the data directory {place}/registry")
    with ordinary_user(), told, data_directory(place / "registry"):
        pass


def test_a_file_in_its_place_is_named(place: Path) -> None:
    (place / "file").touch()
    with pytest.raises(CannotStart, match="is not a directory"), data_directory(place / "file"):
        pass


def test_private_files_are_readable_by_their_owner_only(place: Path) -> None:
    write_private(place / "secret", "one")
    write_private(place / "secret", "two")

    assert (place / "secret").read_text() == "two"
    assert mode(place / "secret") == 0o600
    assert [path.name for path in place.iterdir()] == ["secret"]


def test_a_secret_stays_the_same_from_run_to_run(place: Path) -> None:
    first = Secrets(place / "secrets.json").get("one")

    assert Secrets(place / "secrets.json").get("one") == first
    assert Secrets(place / "secrets.json").get("two") != first


def test_ports_are_kept_and_only_the_taken_one_changes(place: Path) -> None:
    before = RememberedPorts(place / "ports.json").choose("one", "two")
    with socket.create_server(("127.0.0.1", before["one"])):
        after = RememberedPorts(place / "ports.json").choose("one", "two")

    assert after["two"] == before["two"]
    assert after["one"] not in before.values()
    assert json.loads((place / "ports.json").read_text()) == after


def test_a_port_whose_twin_is_taken_is_not_chosen(place: Path) -> None:
    ports = RememberedPorts(place / "ports.json")
    before = ports.choose("one", twins=True)["one"]
    with socket.create_server(("127.0.0.1", before + TWIN)):
        assert ports.choose("one", twins=True)["one"] != before


@pytest.mark.parametrize("higher", [0, TWIN])
def test_a_promised_port_is_given_to_nothing_else(place: Path, monkeypatch: pytest.MonkeyPatch, higher: int) -> None:
    monkeypatch.setattr(local_ports, "_promised", set())
    ports = RememberedPorts(place / "ports.json")
    before = ports.choose("one", twins=True)["one"]

    promise(before + higher)

    assert ports.choose("one", twins=True)["one"] != before


def test_a_listening_port_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not is_free(server.getsockname()[1])


def test_signing_keys_are_made_once_and_their_public_halves_fit(place: Path) -> None:
    ensure_signing_keys(place, ["gateway"])
    private = (place / "gateway.pem").read_bytes()
    (place / "public" / "gateway.pem").unlink()
    ensure_signing_keys(place, ["gateway", "access"])

    assert (place / "gateway.pem").read_bytes() == private
    assert mode(place / "gateway.pem") == 0o600
    assert sorted(path.name for path in (place / "public").iterdir()) == ["access.pem", "gateway.pem"]
    public = load_pem_public_key((place / "public" / "gateway.pem").read_bytes())
    assert load_pem_private_key(private, password=None).public_key() == public


@pytest.mark.parametrize("text", ["", '{"a": "b', "[]", '{"a": 1}'])
def test_a_damaged_file_of_secrets_is_told_with_the_way_out(place: Path, text: str) -> None:
    (place / "secrets.json").write_text(text)

    with pytest.raises(CannotStart, match=r"secrets\.json is damaged: delete it"):
        Secrets(place / "secrets.json")


@pytest.mark.parametrize("text", ["", '{"a": 1', "[]", '{"a": null}'])
def test_a_damaged_memory_of_ports_is_forgotten(place: Path, text: str) -> None:
    (place / "ports.json").write_text(text)

    assert RememberedPorts(place / "ports.json").last("a") == 0


def test_a_damaged_key_is_told_with_the_way_out(place: Path) -> None:
    ensure_signing_keys(place, ["access"])
    (place / "access.pem").write_text("x")

    with pytest.raises(CannotStart, match=r"access\.pem is damaged: delete it"):
        ensure_signing_keys(place, ["access"])


def test_a_directory_of_another_kind_of_system_is_told(place: Path) -> None:
    assert own_log(place, "registry.log", foreign="stack.log") == place / "registry.log"
    (place / "stack.log").touch()

    with pytest.raises(CannotStart, match=r"stack\.log there says: set REGISTRY_DATA"):
        own_log(place, "registry.log", foreign="stack.log")
