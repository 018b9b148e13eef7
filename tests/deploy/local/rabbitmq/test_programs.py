"""Finding RabbitMQ: its own scripts, and never those that packages put before them."""

from pathlib import Path

import pytest

from deploy.local.errors import CannotStart
from deploy.local.rabbitmq import programs as programs_module
from deploy.local.rabbitmq.programs import Programs, find_programs, place_to_unpack


def make_executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def make_rabbitmq(folder: Path) -> Path:
    """The scripts as RabbitMQ's own distribution has them."""
    for name in ("rabbitmq-server", "rabbitmqctl", "rabbitmq-env", "rabbitmq-defaults"):
        make_executable(folder / name)
    return folder


def test_a_server_on_the_path_is_found_with_its_erlang(tmp_path: Path) -> None:
    scripts = make_rabbitmq(tmp_path / "rabbitmq" / "sbin")
    erl = make_executable(tmp_path / "erlang" / "erl")

    found = Programs.installed(f"{scripts}:{erl.parent}")

    assert found is not None
    assert (found.server, found.control) == (scripts / "rabbitmq-server", scripts / "rabbitmqctl")
    assert found.epmd == erl.parent / "epmd"


def test_the_script_that_debian_puts_before_it_leads_to_the_servers_own(tmp_path: Path) -> None:
    own = make_rabbitmq(tmp_path / "lib" / "rabbitmq_server-9" / "sbin")
    before = make_executable(tmp_path / "lib" / "bin" / "rabbitmq-script-wrapper")
    (before.parent / "rabbitmq-server").symlink_to(own / "rabbitmq-server")
    path = tmp_path / "sbin"
    path.mkdir()
    (path / "rabbitmq-server").symlink_to(before)
    make_executable(path / "erl")

    found = Programs.installed(str(path))

    assert found is not None
    assert found.scripts == own


def test_without_erlang_there_is_no_server(tmp_path: Path) -> None:
    assert Programs.installed(str(make_rabbitmq(tmp_path))) is None


def test_what_was_unpacked_is_found_whatever_its_version(tmp_path: Path) -> None:
    scripts = make_rabbitmq(tmp_path / "usr/lib/rabbitmq/lib/rabbitmq_server-9/sbin")

    assert Programs.below(tmp_path) == Programs(scripts, tmp_path / "usr/lib/erlang/bin")


def test_no_rabbitmq_at_all_is_told_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Programs, "installed", lambda: None)
    monkeypatch.setattr(programs_module, "UNPACKED", tmp_path)

    with pytest.raises(CannotStart, match="RabbitMQ is not here: run `make test`, or install RabbitMQ"):
        find_programs()


def test_what_is_unpacked_has_no_space_in_its_path() -> None:
    assert place_to_unpack("/srv/registry/.venv", {}) == Path("/srv/registry/.venv/rabbitmq")
    spaced = "/srv/my registry/.venv"
    assert place_to_unpack(spaced, {"HOME": "/me"}) == Path("/me/.cache/incident-registry/rabbitmq")
    assert place_to_unpack(spaced, {"XDG_CACHE_HOME": "/c"}) == Path("/c/incident-registry/rabbitmq")
