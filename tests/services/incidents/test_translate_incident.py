"""Having an incident translated to read it: who may, what is sent, and what never is."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.identifiers import uuid7
from deploy.local.provision import DatabaseUrls
from services.incidents.__main__ import SERVICE
from tests.support.casebook import DELETE, EDIT, SHOW, Casebook
from tests.support.services import Json, RunningService, running, user

TRANSLATE = """
mutation ($input: TranslateIncidentInput!) { translateIncident(input: $input) {
    incident { id } translation { locale engine texts { field original text } } isPending
    errors { code message field } } }
"""


class Translating:
    """Stands for directories: answers as it is told, by marking each text when it is told nothing."""

    def __init__(self) -> None:
        self.asked: list[Json] = []
        self.answer: Json | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        assert request.url.path == "/internal/translate-reading"
        asked = await request.json()
        self.asked.append(asked)
        marked = {name: f"{text} (x)" for name, text in asked["texts"].items()}
        found = self.answer or {"state": "DONE", "texts": marked, "engine": "test-model"}
        await Response(orjson.dumps(found), media_type="application/json")(scope, receive, send)


@pytest.fixture(scope="session")
async def switched_on(
    service_databases: Mapping[str, DatabaseUrls], signing_keys: Path
) -> AsyncIterator[RunningService]:
    urls = service_databases["incidents"]
    async with running(SERVICE, urls, signing_keys, narrative_translation=True) as made:
        yield made


@pytest.fixture
async def book(switched_on: RunningService) -> Casebook:
    return await Casebook.open(switched_on)


@pytest.fixture
def directories(book: Casebook) -> Translating:
    """From now on; projections are filled."""
    made = Translating()
    book.service.transport.applications["directories"] = made
    return made


@pytest.fixture
async def incident(book: Casebook) -> Json:
    texts: Json = {
        "title": "Phishing",
        "description": "A **mail** came.",
        "comment": "Old remark",
        "location": {"text": "Gate 3"},
    }
    return await book.register(book.officer(book.acme), company={"id": str(book.acme)}, **texts)


async def test_a_reader_gets_every_text_beside_its_original(
    book: Casebook, incident: Json, directories: Translating
) -> None:
    async with book.unchanged():
        made = await book.try_to(TRANSLATE, book.reader(book.acme), id=incident["id"], locale="kk")

    assert made == {
        "incident": {"id": incident["id"]},
        "translation": {
            "locale": "kk",
            "engine": "test-model",
            "texts": [
                {"field": "title", "original": "Phishing", "text": "Phishing (x)"},
                {"field": "description", "original": "A **mail** came.", "text": "A **mail** came. (x)"},
                {"field": "comment", "original": "Old remark", "text": "Old remark (x)"},
            ],
        },
        "isPending": False,
        "errors": [],
    }
    sent = {"title": "Phishing", "description": "A **mail** came.", "comment": "Old remark"}
    assert directories.asked == [{"locale": "kk", "texts": sent}]


async def test_the_reader_s_own_language_is_meant_when_none_is_named(
    book: Casebook, incident: Json, directories: Translating
) -> None:
    german = user({"incident.view": [book.acme]}, locales=("de-AT", "en"))

    await book.try_to(TRANSLATE, german, id=incident["id"])

    assert directories.asked[0]["locale"] == "de-AT"


async def test_a_restricted_incident_is_sent_out_for_nobody(
    book: Casebook, incident: Json, directories: Translating
) -> None:
    officer = book.officer(book.acme, id=book.ada)
    await book.change(SHOW, officer, id=incident["id"], visibility="RESTRICTED")

    for sees in (officer, book.supervisor(book.acme)):
        made = await book.try_to(TRANSLATE, sees, id=incident["id"])
        assert (made["translation"], made["isPending"]) == (None, False)
        assert [(error["code"], error["field"]) for error in made["errors"]] == [("INVALID", ["id"])]
    outside = await book.try_to(TRANSLATE, book.officer(book.acme), id=incident["id"])
    absent = await book.try_to(TRANSLATE, book.officer(book.acme), id=str(uuid7()))

    assert outside == absent
    assert absent["errors"][0]["code"] == "NOT_FOUND"
    assert directories.asked == []


async def test_what_is_marked_red_stays(book: Casebook, incident: Json, directories: Translating) -> None:
    officer = book.officer(book.acme)
    await book.change(EDIT, officer, id=incident["id"], expectedVersion=1, tlp="RED")

    made = await book.try_to(TRANSLATE, officer, id=incident["id"])

    assert [(error["code"], error["field"]) for error in made["errors"]] == [("INVALID", ["id"])]
    assert directories.asked == []


async def test_what_one_may_not_see_is_not_there_and_nothing_of_it_is_sent(
    book: Casebook, incident: Json, directories: Translating
) -> None:
    gone = await book.register(book.officer(book.acme), "Gone", company={"id": str(book.acme)})
    await book.try_to(DELETE, book.officer(book.acme), id=gone["id"])
    strangers = (book.reader(book.north), user(), user({"incident.add": [book.acme]}))

    found = [await book.try_to(TRANSLATE, each, id=incident["id"]) for each in strangers]
    found.append(await book.try_to(TRANSLATE, book.reader(book.acme), id=gone["id"]))

    assert [each["errors"][0]["code"] for each in found] == ["NOT_FOUND"] * 4
    assert all(each["translation"] is None for each in found)
    assert directories.asked == []


@pytest.mark.parametrize(
    ("answer", "pending", "message"),
    [
        ({"state": "PENDING"}, True, None),
        ({"state": "OFF", "reason": "set DIRECTORIES_TRANSLATION_URL"}, False, "DIRECTORIES_TRANSLATION_URL"),
        ({"state": "FAILED", "reason": "description: other links"}, False, "other links"),
    ],
)
async def test_what_is_not_ready_off_or_failed_is_told(
    book: Casebook, incident: Json, directories: Translating, answer: Json, pending: bool, message: str | None
) -> None:
    directories.answer = answer

    made = await book.try_to(TRANSLATE, book.reader(book.acme), id=incident["id"])

    assert (made["translation"], made["isPending"]) == (None, pending)
    assert [error["code"] for error in made["errors"]] == ([] if message is None else ["INVALID"])
    assert message is None or message in made["errors"][0]["message"]


async def test_an_answer_of_another_form_is_a_fault(book: Casebook, incident: Json, directories: Translating) -> None:
    directories.answer = {"state": "DONE"}

    answer = await book.service.graph(TRANSLATE, book.reader(book.acme), input={"id": incident["id"]})

    assert answer["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"


async def test_it_is_off_until_it_is_switched_on_and_says_how(casebook: Casebook) -> None:
    incident = await casebook.register(casebook.officer(casebook.acme), company={"id": str(casebook.acme)})
    asked: list[Any] = casebook.directories.asked
    before = len(asked)

    made = await casebook.try_to(TRANSLATE, casebook.reader(casebook.acme), id=incident["id"])

    assert made["errors"][0]["code"] == "INVALID"
    assert "INCIDENTS_NARRATIVE_TRANSLATION" in made["errors"][0]["message"]
    assert len(asked) == before
