"""What events look like is told to everybody: schemas, the AsyncAPI document, and a page that people can search."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
from starlette.types import ASGIApp

from gateway.http.catalogue import FOLDER, CatalogueRoutes
from gateway.http.catalogue_page import form
from tests.support.chromium import PROGRAM, Chromium, chromium
from tests.support.gateway_world import World
from tests.support.pages import keep_picture

NAMES = sorted(file.name for file in (FOLDER / "schemas").iterdir())
SCHEMA = "/events/schemas/incident.assigned.v1.json"
PATHS = [SCHEMA, "/events/asyncapi.json", "/events/docs"]


@pytest.mark.parametrize("name", NAMES)
async def test_a_schema_is_where_its_id_and_the_events_say(world: World, name: str) -> None:
    answer = await world.send("GET", f"/events/schemas/{name}")

    assert answer.status == 200
    assert answer.body == (FOLDER / "schemas" / name).read_bytes()
    assert answer.json()["$id"] == f"/events/schemas/{name}"
    assert answer.headers["content-type"] == "application/schema+json"


async def test_the_asyncapi_document_is_served_as_it_is(world: World) -> None:
    answer = await world.send("GET", "/events/asyncapi.json")

    assert answer.body == (FOLDER / "asyncapi.json").read_bytes()
    assert answer.headers["content-type"] == "application/vnd.aai.asyncapi+json;version=3.0.0"


async def test_every_place_that_a_message_names_is_served(world: World) -> None:
    messages = (await world.send("GET", "/events/asyncapi.json")).json()["components"]["messages"]
    examples = [message["examples"][0]["payload"] for message in messages.values()]
    named = {urlsplit(example["dataschema"]).path for example in examples}

    assert {(await world.send("GET", place)).status for place in named} == {200}
    assert len(named) == len(messages) == len(NAMES) - 1  # the other one is the envelope


@pytest.mark.parametrize("path", PATHS)
async def test_it_may_be_kept_and_is_asked_for_anew_by_its_tag(world: World, path: str) -> None:
    first = await world.send("GET", path)
    tag = first.headers["etag"]

    assert first.headers["cache-control"] == "public, max-age=3600"
    assert first.headers["x-content-type-options"] == "nosniff"
    for known in (tag, f'"other", W/{tag}', "*"):
        again = await world.send("GET", path, headers={"if-none-match": known})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert (await world.send("GET", path, headers={"if-none-match": '"other"'})).status == 200


@pytest.mark.parametrize("path", PATHS)
async def test_head_tells_what_would_come(world: World, path: str) -> None:
    head, whole = await world.send("HEAD", path), await world.send("GET", path)

    assert head.status == 200
    assert head.headers == whole.headers


@pytest.mark.parametrize(
    "name", ["incident.assigned.v9.json", "incident.assigned.v1", "users.changed.v1.json", "..%2fasyncapi.json"]
)
async def test_what_is_no_public_event_is_refused_in_the_usual_form(world: World, name: str) -> None:
    answer = await world.send("GET", f"/events/schemas/{name}")

    assert (answer.status, answer.codes) == (404, ["NOT_FOUND"])
    assert answer.json()["errors"][0]["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"


async def test_nothing_can_be_sent_there(world: World) -> None:
    assert (await world.send("POST", SCHEMA)).status == 405


def test_a_gateway_without_a_catalogue_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        CatalogueRoutes(tmp_path)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "format": "uuid"}, "id"),
        ({"type": "array", "items": {"type": "string", "format": "uuid"}}, "list of ids"),
        ({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}, "time or none"),
        ({"type": "boolean"}, "yes or no"),
        ({"const": "1.0"}, "1.0"),
        ({"type": "string", "pattern": "^[0-9]+$"}, "text"),
    ],
)
def test_the_form_of_a_field_is_told_in_words(schema: dict[str, object], words: str) -> None:
    assert form(schema) == words


async def test_the_page_shows_each_event_with_its_fields_rights_and_example(world: World) -> None:
    shown = (await world.send("GET", "/events/docs")).body.decode()

    for name in NAMES:
        schema = orjson.loads((FOLDER / "schemas" / name).read_bytes())
        (part,) = re.findall(rf'<details id="{re.escape(Path(name).stem)}">(.+?)</details>', shown, re.DOTALL)
        assert re.findall(r"<td><code>(\w+)</code></td>", part) == list(schema["properties"])
        assert name == "envelope.json" or ("<h3>Example</h3>" in part and "Who holds" in part) or "Everybody" in part
    assert "<!--" not in shown


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Chromium]:
    async with chromium(tmp_path, "en") as made:
        yield made


@pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this machine")
async def test_people_find_an_event_by_a_field_of_it(
    world: World, serve: Callable[[ASGIApp], Awaitable[str]], browser: Chromium
) -> None:
    address = await serve(world.gateway.application)
    await browser.go(f"{address}/events/docs#incident.assigned.v1")

    assert await browser.until("document.getElementById('incident.assigned.v1')?.open")
    await browser.value("wanted.value = 'replaced_by'; wanted.dispatchEvent(new Event('input'))")
    shown = (
        "[...document.querySelectorAll('.events details')].filter((each) => each.checkVisibility()).map((it) => it.id)"
    )
    assert await browser.value(shown) == ["file.replaced.v1"]
    assert await browser.value("found.textContent") == f"1 of {len(NAMES)}"
    await browser.value("wanted.value = ''; wanted.dispatchEvent(new Event('input'))")
    assert len(await browser.value(shown)) == len(NAMES)
    await keep_picture(browser, "events")
    assert browser.complaints == []
