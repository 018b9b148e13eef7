"""Log lines: one JSON object each, with the request id, also where a library wrote them."""

import asyncio
import io
import logging

import orjson
import pytest
import structlog

from chassis.telemetry import configure_logs, request


def lines(output: io.StringIO) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in output.getvalue().splitlines()]


def test_lines_within_a_request_carry_its_id() -> None:
    output = io.StringIO()
    configure_logs(output=output)
    log = structlog.get_logger("chassis.test")
    with request("r-1"):
        log.info("inside", thing=7)
        logging.getLogger("a.library").warning("from a library")
        with request("r-2"):
            log.info("deeper")
        log.info("back")
    log.info("outside")
    assert [(line["event"], line.get("request_id")) for line in lines(output)] == [
        ("inside", "r-1"),
        ("from a library", "r-1"),
        ("deeper", "r-2"),
        ("back", "r-1"),
        ("outside", None),
    ]


async def test_requests_side_by_side_keep_their_ids() -> None:
    output = io.StringIO()
    configure_logs(output=output)

    async def work(name: str) -> None:
        with request(name):
            await asyncio.sleep(0)
            structlog.get_logger().info(name)

    await asyncio.gather(*(work(f"r-{number}") for number in range(10)))
    assert [line["request_id"] for line in lines(output)] == [line["event"] for line in lines(output)]
    assert len(lines(output)) == 10


def test_a_stack_is_part_of_its_line() -> None:
    output = io.StringIO()
    configure_logs(output=output)
    try:
        1 / 0  # noqa: B018  # only its failure matters
    except ZeroDivisionError:
        structlog.get_logger().exception("bug")
        logging.getLogger("a.library").exception("theirs")
    ours, theirs = lines(output)
    assert "ZeroDivisionError: division by zero" in str(ours["exception"])
    assert "ZeroDivisionError: division by zero" in str(theirs["exception"])


def test_text_of_callers_cannot_begin_a_line_of_its_own() -> None:
    output = io.StringIO()
    configure_logs(output=output)
    with request('r-1\n{"event": "forged"}'):
        structlog.get_logger().info("real\nforged")
    (line,) = lines(output)
    assert line["event"] == "real\nforged"


@pytest.mark.parametrize(("level", "shown"), [("info", ["info", "error"]), ("error", ["error"])])
def test_the_level_decides_what_is_shown(level: str, shown: list[str]) -> None:
    output = io.StringIO()
    configure_logs(level=level, output=output)
    log = structlog.get_logger()
    log.debug("debug")
    log.info("info")
    log.error("error")
    assert [line["event"] for line in lines(output)] == shown


def test_lines_for_people_carry_the_id_too() -> None:
    output = io.StringIO()
    configure_logs("console", output=output)
    with request("r-1"):
        structlog.get_logger().info("inside")
    assert "request_id=r-1" in output.getvalue()
