"""A gateway process tells its metrics on a port of their own, and nowhere else."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from pathlib import Path
from signal import SIGTERM

import aiohttp
import pytest

from gateway.__main__ import main
from tests.support.figures import parsed
from tests.support.gateway_world import HERE

ROOT = Path(__file__).parents[2]
SUPERGRAPH = str(HERE / "supergraph.graphql")
Way = Callable[[int, int, Path], tuple[list[str], dict[str, str]]]


def guarded(port: int, metrics: int, keys: Path) -> tuple[list[str], dict[str, str]]:
    settings = {
        "SIGNING_KEY_FILE": str(keys / "gateway.pem"),
        "SUPERGRAPH": SUPERGRAPH,
        "PORT": str(port),
        "METRICS_PORT": str(metrics),
    }
    return [], {f"GATEWAY_{name}": value for name, value in settings.items()}


def opened(port: int, metrics: int, _: Path) -> tuple[list[str], dict[str, str]]:
    arguments = ["--supergraph", SUPERGRAPH, "--port", str(port), "--metrics-port", str(metrics)]
    return ["--no-sign-in", *arguments], {}


@pytest.fixture
def metrics_port(port: int) -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        number: int = probe.getsockname()[1]
    assert number != port
    return number


async def get(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("way", [guarded, opened])
async def test_metrics_are_told_on_their_own_port_only(
    way: Way, port: int, metrics_port: int, signing_keys: Path
) -> None:
    arguments, settings = way(port, metrics_port, signing_keys)
    command = [sys.executable, "-m", "gateway", "serve", *arguments]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=os.environ | settings, stderr=PIPE)
    try:
        assert process.stderr is not None
        await process.stderr.readline()  # it listens
        assert (await get(port, "/livez"))[0] == 200
        status, told = await get(metrics_port, "/metrics")
        assert [status, (await get(port, "/metrics"))[0], (await get(metrics_port, "/graphql"))[0]] == [200, 404, 404]
        assert ("subscription_clients", frozenset()) in parsed(told)
        process.send_signal(SIGTERM)
        _, complaint = await process.communicate()
        assert (process.returncode, complaint) == (0, b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def test_a_port_that_is_taken_stops_the_start(capsys: pytest.CaptureFixture[str], port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        metrics = taken.getsockname()[1]
        arguments, _ = opened(port, metrics, Path())
        code = main(["serve", *arguments])
    assert code == 2
    assert capsys.readouterr().err.startswith(f"gateway serve: cannot listen on port {metrics} of 127.0.0.1: Address")


def test_the_port_of_the_open_gateway_goes_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--metrics-port", "9100"])
    assert "go with --no-sign-in" in capsys.readouterr().err
