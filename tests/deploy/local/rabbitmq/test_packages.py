"""Getting RabbitMQ where it is missing; the package manager is played by a script."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.errors import CannotStart
from deploy.local.rabbitmq import packages
from deploy.local.rabbitmq.programs import Programs

Tool = Callable[[str, str], None]


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tool:
    """Makes a program of the only folder on the PATH, beside the ordinary ones of the system."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        (folder / name).chmod(0o755)

    return make


@pytest.fixture(autouse=True)
def missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without RabbitMQ, and an ordinary user."""
    monkeypatch.setattr(Programs, "installed", lambda: None)
    monkeypatch.setattr(packages, "UNPACKED", tmp_path / "rabbitmq")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def package(tool: Tool) -> None:
    """One `.deb`, which holds a server, and Erlang's start script with its place written into it."""
    tool("apt-get", 'case "$*" in *download*) echo "$@" > words; touch rabbitmq-server.deb;; esac')
    tool("apt-cache", "echo rabbitmq-server; echo '  Depends: erlang-base'; echo erlang-base; echo logrotate")
    scripts, erlang = "$3/usr/lib/rabbitmq/lib/rabbitmq_server-9/sbin", "$3/usr/lib/erlang/bin"
    tool(
        "dpkg-deb",
        f"mkdir -p {scripts} {erlang}; cd {scripts}; touch rabbitmq-server rabbitmq-env rabbitmq-defaults\n"
        f"printf '#!/bin/sh\\nROOTDIR=/usr/lib/erlang\\n' > {erlang}/erl; chmod +x {erlang}/erl",
    )


def test_an_ordinary_user_gets_it_unpacked_and_only_once(tool: Tool, tmp_path: Path) -> None:
    package(tool)
    said: list[str] = []

    found = packages.ensure(said.append)

    assert found.server.exists()
    assert f"ROOTDIR={tmp_path}/rabbitmq/usr/lib/erlang" in (found.erlang / "erl").read_text()
    assert said == [f"unpacking RabbitMQ into {tmp_path / 'rabbitmq'}"]
    assert packages.ensure(said.append) == found
    assert len(said) == 1


def test_nothing_is_left_of_the_work(tool: Tool, tmp_path: Path) -> None:
    package(tool)

    packages.ensure(lambda _: None)

    assert {path.name for path in tmp_path.iterdir()} == {"tools", "rabbitmq"}


def test_a_failing_package_manager_is_quoted_with_the_way_out(tool: Tool, tmp_path: Path) -> None:
    tool("apt-get", "echo 'no such host' >&2; exit 100")

    with pytest.raises(CannotStart, match="apt-get says: no such host; run `make test`, or install RabbitMQ"):
        packages.ensure(lambda _: None)

    assert {path.name for path in tmp_path.iterdir()} == {"tools"}


def test_a_system_without_the_package_manager_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(CannotStart, match="this system has no apt-get to get it with"):
        packages.ensure(lambda _: None)


def test_root_installs_it_without_a_start_of_the_machines_own_server(
    tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, seen = tmp_path / "policy-rc.d", tmp_path / "seen"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(packages, "_POLICY", policy)
    tool("apt-get", f"cp -p {policy} {seen}")
    tool("systemctl", "exit 0")

    with pytest.raises(CannotStart, match="holds no RabbitMQ that we know"):  # a script installs none
        packages.ensure(lambda _: None)

    assert seen.read_text() == "#!/bin/sh\nexit 101\n"
    assert seen.stat().st_mode & stat.S_IXUSR
    assert not policy.exists()


def test_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="for the space in it: set XDG_CACHE_HOME"):
        packages.unpack(tmp_path / "my registry" / "rabbitmq")
    with pytest.raises(CannotStart, match=r"cannot be put into .*Not a directory"):
        packages.unpack(tmp_path / "file" / "in" / "rabbitmq")
