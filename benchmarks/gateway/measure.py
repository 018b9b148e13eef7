"""The turns: every gateway in its own process on one core, callers and subgraphs on the other, one after another."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import orjson

from benchmarks.gateway.contestants import KEY, Contestant, installed, others, ours
from benchmarks.gateway.load import Turn, load
from benchmarks.gateway.shapes import SAYS, SHAPES
from benchmarks.results import Figure
from chassis.errors import Fault
from chassis.transport import HttpTransport
from deploy.local.ports import pick

_SECONDS = float(os.environ.get("REGISTRY_BENCH_SECONDS", "8"))
_ROUNDS = int(os.environ.get("REGISTRY_BENCH_ROUNDS", "3"))
_CALLERS = (50, 1)
_WARM_SECONDS, _START_SECONDS = 3.0, 60
_HEADERS = {"content-type": "application/json", "accept": "application/json", "authorization": f"Bearer {KEY}"}
_PEERS = {"ours": "Hive (Rust planner)", "ours, no sharing": "Hive (Rust planner), no sharing"}
_Turns = dict[tuple[str, int, str], list[Turn]]
_RUN_ON = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); os.execvp(sys.argv[2], sys.argv[2:])"


async def measure_gateways() -> tuple[list[Figure], list[str]]:
    notes = [f"Medians of {_ROUNDS} rounds of {_SECONDS:g} s in alternating turns; a gateway has one core to itself."]
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as made:
        subgraphs, port = pick(), pick()
        supergraph = Path(made) / "supergraph.graphql"
        text = Path(__file__).with_name("supergraph.graphql").read_text(encoding="utf-8")
        supergraph.write_text(text.replace("SUBGRAPHS", str(subgraphs)), encoding="utf-8")
        contestants = ours(supergraph, port, subgraphs)
        modules = await installed()
        if isinstance(modules, Path):
            contestants += others(supergraph, port, modules)
        else:
            notes.append(f"Not measured: the other gateways, because {modules}.")
        os.sched_setaffinity(0, {0})
        server = Contestant("subgraphs", (sys.executable, "-m", "benchmarks.gateway.subgraphs", str(subgraphs)))
        async with _running(server, 0):
            turns = await _take_turns(contestants, port)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    return _figures(turns), notes


async def _take_turns(contestants: Sequence[Contestant], port: int) -> _Turns:
    turns: _Turns = {}
    answers: dict[str, bytes] = {}
    for _ in range(_ROUNDS):
        for contestant in contestants:
            async with _running(contestant, (os.cpu_count() or 1) - 1) as pid:
                url = f"http://127.0.0.1:{port}/graphql"
                for shape, query in SHAPES.items():
                    body = orjson.dumps({"query": query})
                    answer = await _until_answered(url, body)
                    _check(contestant, answer, answers.setdefault(shape, answer))
                    await load(url, body, _HEADERS, answer, callers=50, seconds=_WARM_SECONDS, pid=pid)
                    for callers in _CALLERS:
                        turn = await load(url, body, _HEADERS, answer, callers=callers, seconds=_SECONDS, pid=pid)
                        turns.setdefault((shape, callers, contestant.name), []).append(turn)
                        sys.stderr.write(f"{contestant.name}, {shape}, {callers} callers: {turn}\n")
    return turns


def _check(contestant: Contestant, answer: bytes, first: bytes) -> None:
    told = orjson.loads(answer)
    if told.get("errors") or told["data"] != orjson.loads(first)["data"]:
        raise RuntimeError(f"{contestant.name} answers otherwise: {answer[:500]!r}")


async def _until_answered(url: str, body: bytes) -> bytes:
    transport = HttpTransport()
    try:
        async with asyncio.timeout(_START_SECONDS):
            while True:
                try:
                    return (await transport.post(url, body, _HEADERS, timeout=20)).body
                except Fault:
                    await asyncio.sleep(0.2)
    finally:
        await transport.close()


@asynccontextmanager
async def _running(contestant: Contestant, core: int) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _RUN_ON, str(core), *contestant.command),
        cwd=contestant.folder,
        env={**os.environ, "NO_COLOR": "1", **contestant.environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _figures(turns: _Turns) -> list[Figure]:
    figures: list[Figure] = []
    for (shape, callers, name), taken in turns.items():
        where = f"{shape} ({SAYS[shape]}), {callers} at once: {name}"
        figures += [_throughput(where, taken, turns.get((shape, callers, rival)), rival) for rival in _rivals(name)]
        figures += [
            Figure(f"{where}: median", median(turn.median for turn in taken), "ms"),
            Figure(f"{where}: 99 of 100 within", median(turn.worst_of_hundred for turn in taken), "ms"),
            Figure(f"{where}: processor time", median(turn.processor for turn in taken), "ms"),
            Figure(f"{where}: memory", max(turn.memory for turn in taken), "MB"),
        ]
    return figures


def _rivals(name: str) -> tuple[str, ...]:
    return (_PEERS.get(name, "Hive (Rust planner)"), "Apollo") if name.startswith("ours") else ("ours",)


def _throughput(where: str, taken: Sequence[Turn], rival: Sequence[Turn] | None, name: str) -> Figure:
    """The ratio is the median of those of each round, because the machine's pace changes between rounds."""
    ratio = median(a.per_second / b.per_second for a, b in zip(taken, rival, strict=False)) if rival else None
    return Figure(
        f"{where}: requests", median(turn.per_second for turn in taken), "1/s", ratio, name if rival else None
    )
