"""The public GraphQL over HTTP audits (npm: graphql-http), all of them, with and without sign-in."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.types import ASGIApp

from chassis.transport import InProcessTransport
from gateway.app import new_open_gateway
from gateway.composition.node import NodeMissing, run_script
from tests.support.gateway_world import COOKIE, HERE, World

AUDITS = 61
FORGEABLE = ["5A70", "D6D5", "6A70"]  # a link or a picture of a foreign page causes a GET as plain as theirs
Serve = Callable[[ASGIApp], Awaitable[str]]


async def audits(address: str, *headers: str) -> list[dict[str, Any]]:
    try:
        told = await asyncio.to_thread(run_script, "audit.mjs", f"{address}/graphql", *headers)
    except NodeMissing as missing:
        pytest.skip(str(missing))
    results: list[dict[str, Any]] = orjson.loads(told)
    return results


def failed(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [result for result in results if result["status"] != "ok"]


async def test_the_open_gateway_passes_every_audit(serve: Serve, tmp_path: Path) -> None:
    gateway = new_open_gateway(HERE / "supergraph.graphql", InProcessTransport({}), tmp_path)

    results = await audits(await serve(gateway.application))

    assert (len(results), failed(results)) == (AUDITS, [])


async def test_the_guarded_gateway_passes_every_audit_with_an_api_key(serve: Serve, world: World, key: str) -> None:
    results = await audits(await serve(world.gateway.application), f"authorization: Bearer {key}")

    assert (len(results), failed(results)) == (AUDITS, [])


async def test_a_session_passes_them_with_the_header_that_no_foreign_page_can_send(
    serve: Serve, world: World, session: str
) -> None:
    cookie = f"cookie: {COOKIE}={session}"
    results = await audits(await serve(world.gateway.application), cookie, "x-registry-preflight: 1")

    assert (len(results), failed(results)) == (AUDITS, [])


async def test_a_session_alone_fails_just_those_that_a_foreign_page_could_cause(
    serve: Serve, world: World, session: str
) -> None:
    results = await audits(await serve(world.gateway.application), f"cookie: {COOKIE}={session}")

    assert len(results) == AUDITS
    assert [result["id"] for result in failed(results)] == FORGEABLE
