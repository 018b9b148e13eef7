"""docs/frontend.md: each of its requests is made of a registry of its own, in their order, and answered as it says.

The typed client of its last section is generated, checked and run against the same registry.
"""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
from yarl import URL

from tests.support import node_packages
from tests.support.own_registry import Registry
from tests.support.page_examples import Example, Names, as_told, examples_of, request_of

pytestmark = pytest.mark.timeout(300)
ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "frontend.md"
CLIENT: Final = ROOT / "docs" / "examples" / "typed-client"
CONFLICT: Final = 409
_CODE: Final = re.compile(r"`([A-Z]+(?:_[A-Z]+)*)`")
_SOURCES: Final = ("gateway", "chassis", "services/access")


@pytest.fixture(scope="module")
async def registry(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Registry]:
    made = Registry(tmp_path_factory.mktemp("frontend"))
    try:
        await made.start()
        yield made
    finally:
        await made.end(signal.SIGTERM)


def officer(registry: Registry) -> dict[str, str]:
    users = json.loads((registry.data / "demo.json").read_text())["users"]
    found: dict[str, str] = next(user for user in users if user["email"].startswith("officer"))
    return found


class Frontend:
    """A page in the officer's browser: it keeps the cookie and shows English."""

    def __init__(self, session: aiohttp.ClientSession, address: URL, names: Names) -> None:
        self._session, self._address, self._names = session, address, names

    async def ask(self, example: Example) -> Any:
        """The answer, whose names are heard; None for one that is no JSON."""
        answer = await (self._send(example) if example.is_http else self._post(example))
        if answer is not None:
            self._names.hear(answer.get("data", answer))
        return answer

    async def _send(self, example: Example) -> Any:
        request = request_of(self._names.put_in(example.asked))
        body = request.body.encode() or None
        is_elsewhere = request.path.startswith("http")
        address = URL(request.path, encoded=True) if is_elsewhere else self._address.with_path(request.path)
        while True:
            async with self._session.request(request.method, address, data=body, headers=request.headers) as told:
                if told.status == CONFLICT:  # a file that is being checked
                    await asyncio.sleep(0.2)
                    continue
                assert told.ok, await told.text()
                return await told.json() if told.content_type == "application/json" else None

    async def _post(self, example: Example) -> Any:
        variables = json.loads(self._names.put_in(example.variables))
        body = {"query": example.asked, "variables": variables}
        async with self._session.post(self._address.with_path("/graphql"), json=body) as told:
            return await told.json()


async def test_every_request_of_the_page_is_answered_as_it_says(registry: Registry) -> None:
    examples = examples_of(PAGE.read_text(encoding="utf-8"))
    assert len(examples) > 15
    address = URL(f"http://127.0.0.1:{registry.port}")
    jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=address)
    names = Names({"password": officer(registry)["password"]})

    async with aiohttp.ClientSession(cookie_jar=jar, headers={"accept-language": "en"}) as session:
        frontend = Frontend(session, address, names)
        for example in examples:
            answer = await frontend.ask(example)
            assert as_told(answer, example.answer) == example.answer, example.asked


def test_every_code_that_the_reference_knows_is_told_what_to_do_about() -> None:
    told = set(_CODE.findall("".join(_tables(PAGE))))
    reference = {
        code
        for page in ("graph.md", "gateway.md")
        for row in _tables(PAGE.with_name(page))
        for code in _CODE.findall(row.split("|")[1] if page == "graph.md" else row)
        if code in _codes_of_sources()
    }
    assert reference
    assert reference - told == set()


def _codes_of_sources() -> set[str]:
    texts = (file.read_text() for folder in _SOURCES for file in (ROOT / folder).rglob("*.py"))
    return {code for text in texts for code in re.findall(r'"([A-Z]+(?:_[A-Z]+)*)"', text)}


def _tables(page: Path) -> list[str]:
    return [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]


async def test_the_typed_client_is_generated_checked_and_prints_the_list(registry: Registry, tmp_path: Path) -> None:
    client = await asyncio.to_thread(node_packages.copied, CLIENT, tmp_path / "client")
    told = {"REGISTRY_URL": registry.environment["REGISTRY_URL"], "REGISTRY_API_KEY": officer(registry)["apiKey"]}

    async def run(script: str) -> tuple[int, str]:
        ended = await asyncio.to_thread(node_packages.run, script, client, told)
        return ended.returncode, ended.stdout + ended.stderr

    generated, checked, started = [await run(script) for script in ("generate", "check", "start")]
    assert (generated[0], checked) == (0, (0, "")), generated[1]
    assert started[0] == 0
    assert len(started[1].splitlines()) > 5  # more than a page
    assert "critical  Operator account used from an unknown country" in started[1].replace("Critical", "critical")

    source = client / "src" / "list.ts"
    source.write_text(source.read_text().replace("incident.reference", "incident.number"))
    status, complaint = await run("check")
    assert status != 0
    assert "Property 'number' does not exist" in complaint
