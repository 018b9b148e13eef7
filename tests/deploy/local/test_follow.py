"""The logs of many processes read as one, with the name of the process in each line."""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.errors import CannotStart
from deploy.local.follow import Tail, follow
from deploy.local.log_lines import Line

Told = Callable[[], list[str]]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """What was printed since the last time, without the columns' spaces."""
    return lambda: [re.sub(" +", " ", line).strip() for line in capsys.readouterr().out.splitlines()]


def entry(event: str, second: int, **more: object) -> str:
    return json.dumps({**more, "event": event, "level": "info", "timestamp": f"2026-01-02T03:04:{second:02}.5Z"}) + "\n"


def test_a_line_tells_time_level_process_event_details_and_ids() -> None:
    line = Line.read("files-work", entry("handled", 5, request_id="r1", count=2, why="it was time", kinds=["a"]))

    assert str(line).split() == [
        *("03:04:05.5Z", "INFO", "files-work", "handled", "count=2", 'why="it', "was", 'time"', 'kinds=["a"]'),
        "request_id=r1",
    ]


def test_a_stack_has_the_process_before_each_line() -> None:
    text = str(Line.read("files", entry("bug", 5, exception="Traceback\n  in f")))

    assert [line.split("files", 1)[1].strip() for line in text.splitlines()] == ["bug", "Traceback", "in f"]


@pytest.mark.parametrize("text", ["files serve: no", "[1]", "{"])
def test_what_is_no_json_object_is_shown_as_it_is(text: str) -> None:
    assert str(Line.read("files", text)).split(maxsplit=1) == ["files", text]


def test_only_whole_lines_are_read_and_each_once(place: Path) -> None:
    file = place / "log"
    file.write_text("one\ntw")
    tail = Tail(file, begin=False)
    assert tail.lines() == ["one"]
    with file.open("a") as more:
        more.write("o\n")
    assert tail.lines() == ["two"]
    assert tail.lines() == []


def test_a_log_that_is_put_aside_is_followed_in_its_new_file(place: Path) -> None:
    file = place / "log"
    file.write_text("one\n")
    tail = Tail(file, begin=True)
    assert tail.lines() == ["one"]
    file.rename(place / "log.1")
    assert tail.lines() == []
    file.write_text("two\nthree\n")
    assert tail.lines() == ["two", "three"]


def test_of_what_was_written_before_only_the_end_is_read(place: Path) -> None:
    (place / "log").write_text("".join(f"{number}\n" for number in range(50_000)))
    assert Tail(place / "log", begin=True).lines() == [str(number) for number in range(49_995, 50_000)]


async def test_all_processes_are_followed_in_the_order_of_time_also_those_that_come_later(
    place: Path, told: Told
) -> None:
    (place / "processes").mkdir()
    (place / "processes" / "files.log").write_text(entry("first", 1))
    (place / "stack.log").write_text(entry("second", 2) + "no time of its own\n")
    following = asyncio.create_task(follow(place))
    seen: list[str] = []
    while len(seen) < 3:
        await asyncio.sleep(0.02)
        seen += told()
    (place / "processes" / "gateway.log").write_text(entry("third", 3))
    while len(seen) < 4:
        await asyncio.sleep(0.02)
        seen += told()
    following.cancel()

    assert [line.partition("INFO ")[2] or line for line in seen] == [
        *("files first", "stack second", "03:04:02.5Z stack no time of its own", "gateway third"),
    ]


async def test_without_logs_the_way_out_is_told(place: Path) -> None:
    with pytest.raises(CannotStart, match="start the registry with `make stack`, or name its directory"):
        await follow(place)
