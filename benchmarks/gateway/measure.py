"""Each gateway in turn on the last core, callers and subgraphs on the first, one turn right after another.

All of them run all the time, because a turn must not be compared with one of minutes ago: machines change their pace.
One that is not asked does nothing.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import orjson

from benchmarks.gateway.contestants import KEY, Contestant, installed, others, ours
from benchmarks.gateway.load import Question, load
from benchmarks.gateway.shapes import SHAPES
from benchmarks.gateway.telling import Turns, figures_of
from benchmarks.results import Figure
from chassis.errors import Fault
from chassis.transport import HttpTransport
from deploy.local.ports import pick

_SECONDS = float(os.environ.get("REGISTRY_BENCH_SECONDS", "4"))
_ROUNDS = int(os.environ.get("REGISTRY_BENCH_ROUNDS", "5"))
_CALLERS = (50, 1)
_WARM_SECONDS, _START_SECONDS = 3.0, 60
_HEADERS = {"content-type": "application/json", "accept": "application/json", "authorization": f"Bearer {KEY}"}
_RUN_ON = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); os.execvp(sys.argv[2], sys.argv[2:])"


async def measure_gateways() -> tuple[list[Figure], list[str]]:
    notes = [f"Medians of {_ROUNDS} rounds of {_SECONDS:g} s in alternating turns; a gateway has one core to itself."]
    last = (os.cpu_count() or 1) - 1
    async with AsyncExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="registry-bench-")))
        subgraphs = _subgraphs()
        supergraph = _supergraph(folder, subgraphs.port)
        contestants = ours(supergraph, subgraphs.port)
        modules = await installed()
        if isinstance(modules, Path):
            contestants += others(supergraph, modules)
        else:
            notes.append(f"Not measured: the other gateways, because {modules}.")
        os.sched_setaffinity(0, {0})
        running.callback(os.sched_setaffinity, 0, range(last + 1))
        beside = await running.enter_async_context(_running(subgraphs, 0))
        pids = [await running.enter_async_context(_running(contestant, last)) for contestant in contestants]
        return figures_of(await _take_turns(dict(zip(pids, contestants, strict=True)), beside)), notes


def _supergraph(folder: Path, subgraphs: int) -> Path:
    text = Path(__file__).with_name("supergraph.graphql").read_text(encoding="utf-8")
    made = folder / "supergraph.graphql"
    made.write_text(text.replace("SUBGRAPHS", str(subgraphs)), encoding="utf-8")
    return made


def _subgraphs() -> Contestant:
    port = pick()
    return Contestant("subgraphs", port, (sys.executable, "-m", "benchmarks.gateway.subgraphs", str(port)))


async def _take_turns(contestants: dict[int, Contestant], subgraphs: int) -> Turns:
    """`contestants` by their process ids, `subgraphs` is that of theirs."""
    turns: Turns = {}
    for shape, query in SHAPES.items():
        questions = await _questions(list(contestants.values()), orjson.dumps({"query": query}))
        for pid, contestant in contestants.items():
            await load(questions[contestant.name], callers=50, seconds=_WARM_SECONDS, gateway=pid)
        for callers in _CALLERS * _ROUNDS:
            for pid, contestant in contestants.items():
                turn = await load(
                    questions[contestant.name], callers=callers, seconds=_SECONDS, gateway=pid, others=[subgraphs]
                )
                turns.setdefault((shape, callers, contestant.name), []).append(turn)
                sys.stderr.write(f"{contestant.name}, {shape}, {callers} callers: {turn}\n")
    return turns


async def _questions(contestants: Sequence[Contestant], body: bytes) -> dict[str, Question]:
    """The question for each, once all have answered it alike. Raises RuntimeError when one has not."""
    questions: dict[str, Question] = {}
    for contestant in contestants:
        answer = await _until_answered(f"http://127.0.0.1:{contestant.port}/graphql", body)
        told, first = orjson.loads(answer), next(iter(questions.values()), None)
        if told.get("errors") or (first is not None and told["data"] != orjson.loads(first.expected)["data"]):
            raise RuntimeError(f"{contestant.name} answers otherwise: {answer[:500]!r}")
        questions[contestant.name] = Question(contestant.port, _HEADERS, body, answer)
    return questions


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
