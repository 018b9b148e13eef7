"""`python -m gateway` as a process: it serves, it ends when told to, and says in one line why it cannot start."""

import asyncio
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals

import aiohttp
import pytest

from gateway.__main__ import main
from tests.support.gateway_world import HERE

ROOT = Path(__file__).parents[2]
SUPERGRAPH = str(HERE / "supergraph.graphql")


@pytest.fixture
async def serving(port: int) -> AsyncIterator[Process]:
    """The open gateway, listening."""
    arguments = ["-m", "gateway", "serve", "--no-sign-in", "--supergraph", SUPERGRAPH, "--port", str(port)]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stderr=PIPE)
    assert process.stderr is not None
    assert (
        await process.stderr.readline()
        == f"The graph is at http://127.0.0.1:{port}/graphql, without sign-in.\n".encode()
    )
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def test_any_supergraph_is_served_without_sign_in(serving: Process, port: int) -> None:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        async with client.post("/graphql", json={"query": "{ __typename types { name } }"}) as answer:
            told = await answer.json()
        async with client.get("/graphql", headers={"accept": "text/html"}) as page:
            shown = await page.text()

    assert told["data"] == {"__typename": "Query", "types": None}
    assert told["errors"][0]["extensions"]["service"] == "directories"
    assert "graphiql" in shown


@pytest.mark.parametrize("signal", [SIGINT, SIGTERM])
async def test_a_signal_ends_it_without_complaint(serving: Process, signal: Signals) -> None:
    serving.send_signal(signal)
    _, told = await serving.communicate()

    assert (serving.returncode, told) == (0, b"")


def test_a_port_in_use_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = main(["serve", "--no-sign-in", "--supergraph", SUPERGRAPH, "--port", str(port)])

    reason = f"cannot listen on port {port} of 127.0.0.1: Address already in use"
    assert (code, capsys.readouterr().err) == (2, f"gateway serve: {reason}; stop what uses it, or choose another\n")


@pytest.mark.parametrize(
    ("text", "told"), [("{ nothing }", "Cannot query field 'nothing' on type 'Query'."), ("{", "Syntax Error")]
)
def test_an_operation_that_cannot_be_planned_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    (tmp_path / "q.graphql").write_text(text)

    assert main(["explain", "plan", "--operation", str(tmp_path / "q.graphql"), "--supergraph", SUPERGRAPH]) == 2
    assert capsys.readouterr().err.startswith(f"gateway explain: {told}")


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--no-sign-in", "--supergraph", "/absent"]) == 2
    assert capsys.readouterr().err == "gateway serve: /absent: No such file or directory\n"


def test_a_file_that_is_no_supergraph_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "s.graphql").write_text("type Query { size: Int }")

    assert main(["serve", "--no-sign-in", "--supergraph", str(tmp_path / "s.graphql")]) == 2
    assert capsys.readouterr().err.startswith("gateway serve: the supergraph cannot be used: it names no subgraph")


@pytest.mark.parametrize("arguments", [["--port", "99999"], ["--port", "x"], ["--no-sign-in", "--port", "0"]])
def test_a_port_that_is_none_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", *arguments])
    assert "is no port: choose a number from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option", [["--supergraph", SUPERGRAPH], ["--watch"], ["--port", "4001"], ["--override-label", "x"]]
)
def test_options_of_the_open_gateway_are_not_silently_ignored(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["serve", *option])
    assert "go with --no-sign-in" in capsys.readouterr().err


def test_a_key_that_is_none_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GATEWAY_SIGNING_KEY", "swordfish")

    assert main(["serve"]) == 2
    assert capsys.readouterr().err == (
        "gateway serve: GATEWAY_SIGNING_KEY must be an Ed25519 private key in PEM form\n"
    )
