"""The pages for people come from this host alone, and tell what runs."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi import FastAPI

from chassis.transport import InProcessTransport
from gateway.app import new_open_gateway
from gateway.executor import Engine
from gateway.http.pages import FOLDER
from gateway.settings import GatewaySettings
from tests.support.gateway_world import HERE, World, open_world, send

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_NAMESPACE = "http://www.w3.org/2000/svg"  # a name, which nobody fetches


@pytest.fixture
def open_gateway(tmp_path: Path) -> FastAPI:
    """Without sign-in, and without the browser files of others."""
    gateway = new_open_gateway(HERE / "supergraph.graphql", InProcessTransport({}), tmp_path / "absent")
    return gateway.application


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("/", b"What runs here"),
        ("/account", b"Your account"),
        ("/guide", b'<article id="page"'),
        ("/guide/glossary", b'<article id="page"'),
        ("/graphql", b'<div id="graphiql">'),
    ],
)
async def test_a_page_comes_with_its_policy(world: World, path: str, shows: bytes) -> None:
    answer = await world.send("GET", path, headers=BROWSER)

    assert answer.status == 200
    assert shows in answer.body
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_no_page_names_another_host() -> None:
    for file in FOLDER.iterdir():
        named = re.findall(r"(?:https?:)?//[\w.-]+[^\s\"'<]*", file.read_text(encoding="utf-8").replace(_NAMESPACE, ""))
        assert [name for name in named if "." in name] == [], file.name


def test_no_page_has_script_or_style_of_its_own_that_the_policy_would_stop() -> None:
    for file in FOLDER.glob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
        assert re.findall(r"\son\w+=", text) == []


def first_query(page: str) -> str:
    found = re.search(r'<template id="first-query">(.+?)</template>', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_first_query_of_the_registry_fits_its_graph() -> None:
    engine = Engine(GatewaySettings.model_fields["supergraph"].default.read_text(), InProcessTransport({}))

    assert engine.prepare(first_query((FOLDER / "graphiql.html").read_text())).fields


def test_the_query_of_the_guide_s_page_fits_the_graph() -> None:
    engine = Engine(GatewaySettings.model_fields["supergraph"].default.read_text(), InProcessTransport({}))
    found = re.search(r"QUERY = `(.+?)`", (FOLDER / "guide.js").read_text(), re.DOTALL)

    assert found is not None
    assert engine.prepare(found[1], variables={"one": True}).fields


async def test_the_open_gateway_shows_a_first_query_that_fits_every_graph(open_gateway: FastAPI) -> None:
    page = (await send(open_gateway, "GET", "/graphql", headers=BROWSER)).body.decode()
    body = orjson.dumps({"query": first_query(page)})
    answer = await send(open_gateway, "POST", "/graphql", body, {"content-type": "application/json"})

    assert answer.json() == {"data": {"__typename": "Query"}}
    assert not re.search("registry|incident|sign in", page, re.IGNORECASE)


@pytest.mark.parametrize("page", sorted(path.name for path in FOLDER.glob("*.html")))
async def test_whatever_a_page_needs_of_ours_is_there(world: World, page: str) -> None:
    needed = re.findall(r'(?:src|href)="(/pages/[^"]+)"', (FOLDER / page).read_text(encoding="utf-8"))
    answers = [await world.send("GET", path) for path in needed]

    assert [answer.status for answer in answers] == [200] * len(needed)
    assert {answer.headers["content-security-policy"] for answer in answers} == {POLICY}


async def test_a_program_that_takes_json_as_well_gets_no_page(world: World, key: str) -> None:
    headers = {"accept": "application/json, text/html;q=0.5", "authorization": f"Bearer {key}"}

    assert (await world.send("GET", "/graphql?query={size}", headers=headers)).json() == {"data": {"size": 2}}


@pytest.mark.parametrize("path", ["/pages/../pages.py", "/pages/%2e%2e/pages.py", "/assets/../package.json"])
async def test_files_beside_the_pages_are_not_served(world: World, path: str) -> None:
    assert (await world.send("GET", path)).status == 404


async def test_without_the_files_of_others_the_rest_is_served(signing_keys: Path, tmp_path: Path) -> None:
    world = open_world(signing_keys, assets=tmp_path / "absent")

    assert (await world.send("GET", "/assets/graphiql.js")).status == 404
    assert (await world.send("GET", "/graphql", headers=BROWSER)).status == 200


async def test_the_status_tells_of_each_part(world: World) -> None:
    answer = await world.send("GET", "/status")

    assert answer.headers["cache-control"] == "no-store"
    assert {part["name"]: part["state"] for part in answer.json()["parts"]} == {
        "gateway": "ok",
        "access": "ok",
        "directories": "does not answer",
        "files": "does not answer",
        "incidents": "does not answer",
        "notifications": "does not answer",
    }


async def test_the_gateway_is_ready_when_access_is(world: World) -> None:
    ready = await world.send("GET", "/readyz")
    assert (ready.status, ready.json()["checks"]) == (200, {"access": "ok"})

    del world.transport.applications["access"]
    without = await world.send("GET", "/readyz")
    assert (without.status, without.json()["ready"]) == (503, False)
    assert (await world.send("GET", "/livez")).status == 200


async def test_a_part_that_does_not_know_the_question_is_not_ready(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    world.transport.applications["access"] = nothing

    assert (await world.send("GET", "/readyz")).status == 503
    assert (await world.send("GET", "/status")).json()["parts"][1]["state"] == "does not answer"


async def test_the_open_gateway_leads_to_its_query_page_and_asks_nobody_to_sign_in(open_gateway: FastAPI) -> None:
    assert (await send(open_gateway, "GET", "/")).headers["location"] == "/graphql"
    assert (await send(open_gateway, "GET", "/graphql", headers=BROWSER)).status == 200
    assert (await send(open_gateway, "GET", "/auth/session")).status == 404


async def test_the_open_gateway_answers_everybody(open_gateway: FastAPI) -> None:
    answer = await send(open_gateway, "GET", "/graphql?query={__typename}", headers={"x-request-id": "abc"})

    assert answer.json() == {"data": {"__typename": "Query"}}
    assert answer.headers["x-request-id"] == "abc"


async def test_the_open_gateway_refuses_mutations_by_get(open_gateway: FastAPI) -> None:
    query = 'mutation{registerIncidents(input:{incidents:[{title:"x"}]}){titles}}'.replace('"', "%22")

    assert (await send(open_gateway, "GET", f"/graphql?query={query}")).status == 405
