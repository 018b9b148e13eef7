"""Ordering translations by machine, watching them, calling them off; the glossary."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from deploy.local.provision import DatabaseUrls
from services.directories.__main__ import SERVICE
from services.directories.adapters.chat_completions import ChatCompletions
from services.directories.usecases.translate_batch import Translator
from tests.support.fake_translator import KEY, FakeTranslator, fake_translator, saying
from tests.support.services import RunningService, running, user

pytestmark = pytest.mark.usefixtures("untranslated")
JOB = """
    id locale kinds state reason engine createdAt finishedAt waitsUntil total pending translated skipped failed
    failures { kind ownerId reason } requests promptTokens completionTokens
"""
ORDER = f"""
mutation ($input: TranslateMissingInput!) {{ translateMissing(input: $input) {{
    job {{ {JOB} }} errors {{ code message field }}
}} }}
"""
CANCEL = """
mutation ($input: CancelTranslationInput!) { cancelTranslation(input: $input) {
    job { state } errors { code field }
} }
"""
JOBS = f"{{ translationJobs {{ totalCount nodes {{ {JOB} }} }} }}"
ONE = f"query ($id: ID!) {{ translationJob(id: $id) {{ {JOB} }} }}"
SET = """
mutation ($input: SetGlossaryTermInput!) { setGlossaryTerm(input: $input) {
    term { term translations { locale term } } errors { code field }
} }
"""
REMOVE = """
mutation ($input: RemoveGlossaryTermInput!) { removeGlossaryTerm(input: $input) { errors { code field } } }
"""
GLOSSARY = """
query ($first: Int! = 20, $after: String) { glossary(first: $first, after: $after) {
    totalCount pageInfo { endCursor } nodes { term translations { locale term } }
} }
"""


@pytest.fixture
async def endpoint() -> AsyncIterator[FakeTranslator]:
    async with fake_translator() as made:
        yield made


@pytest.fixture
async def translating(
    directories: RunningService,
    service_databases: dict[str, DatabaseUrls],
    signing_keys: Path,
    endpoint: FakeTranslator,
) -> AsyncIterator[RunningService]:
    """The service with a machine that translates."""
    given: dict[str, Any] = {"translation_url": endpoint.url, "translation_model": "test-model", "translation_key": KEY}
    async with running(SERVICE, service_databases["directories"], signing_keys, **given) as service:
        yield service


async def order(service: RunningService, actor: Actor, locale: str = "it", **more: Any) -> Any:
    source = {"locale": locale, "kinds": ["SEVERITY"], **more}
    return (await service.data(ORDER, actor, input=source))["translateMissing"]


async def work(service: RunningService, endpoint: FakeTranslator) -> None:
    machine = ChatCompletions(endpoint.url, KEY, "test-model")
    translator = Translator(service.database, machine)
    while await translator.step():
        pass
    await machine.close()


async def test_without_its_settings_translation_is_off_and_says_which_are_missing(
    directories: RunningService, manager: Actor
) -> None:
    made = await order(directories, manager)

    assert made["job"] is None
    assert made["errors"][0]["code"] == "INVALID"
    assert "set DIRECTORIES_TRANSLATION_URL and DIRECTORIES_TRANSLATION_MODEL" in made["errors"][0]["message"]


async def test_a_job_tells_how_far_it_is_and_what_failed(
    translating: RunningService, manager: Actor, endpoint: FakeTranslator
) -> None:
    broken = saying(lambda texts: {id: "" if text == "Low" else f"{text} (x)" for id, text in texts.items()})
    endpoint.answers.extend([broken, broken])
    begun = (await order(translating, manager))["job"]
    total = begun["total"]
    assert (begun["state"], begun["pending"], begun["engine"]) == ("QUEUED", total, "test-model")

    await work(translating, endpoint)

    done = (await translating.data(ONE, manager, id=begun["id"]))["translationJob"]
    assert (done["state"], done["translated"], done["failed"], done["pending"]) == ("DONE", total - 1, 1, 0)
    assert (done["requests"], done["promptTokens"], done["completionTokens"]) == (2, 200, 80)
    assert done["finishedAt"] is not None
    assert [failure["reason"] for failure in done["failures"]] == ["name: the translation is empty"]
    assert (await translating.data(JOBS, manager))["translationJobs"] == {"totalCount": 1, "nodes": [done]}


async def test_one_language_is_translated_by_one_job_at_a_time(translating: RunningService, manager: Actor) -> None:
    job = (await order(translating, manager))["job"]

    again = await order(translating, manager, "it")
    other = await order(translating, manager, "pt")
    await translating.data(CANCEL, manager, input={"id": job["id"]})
    anew = await order(translating, manager)

    assert (again["job"], again["errors"][0]["code"]) == (None, "CONFLICT")
    assert other["errors"] == anew["errors"] == []


@pytest.mark.parametrize(("locale", "message"), [("xx", "no known locale"), ("en", "translated from")])
async def test_a_language_that_is_none_or_the_source_is_refused(
    translating: RunningService, manager: Actor, locale: str, message: str
) -> None:
    made = await order(translating, manager, locale)

    assert (made["job"], made["errors"][0]["field"]) == (None, ["locale"])
    assert message in made["errors"][0]["message"]
    assert (await translating.data(JOBS, manager))["translationJobs"]["totalCount"] == 0


async def test_a_job_that_is_done_or_was_never_there_is_not_called_off(
    translating: RunningService, manager: Actor, endpoint: FakeTranslator
) -> None:
    job = (await order(translating, manager))["job"]
    await work(translating, endpoint)

    done = await translating.data(CANCEL, manager, input={"id": job["id"]})
    never = await translating.data(CANCEL, manager, input={"id": str(uuid7())})

    assert done["cancelTranslation"] == {"job": {"state": "DONE"}, "errors": []}
    assert never["cancelTranslation"] == {"job": None, "errors": [{"code": "NOT_FOUND", "field": ["id"]}]}


@pytest.mark.parametrize(
    "held",
    [{}, {"directory.manage": [uuid7()]}, {"translation.review": EVERY_COMPANY}, {"access.manage": EVERY_COMPANY}],
)
async def test_whoever_does_not_manage_every_company_neither_orders_nor_sees_anything(
    translating: RunningService, manager: Actor, held: Any
) -> None:
    job = (await order(translating, manager))["job"]
    term = {"term": "incident", "translations": [{"locale": "it", "term": "incident"}]}
    await translating.data(SET, manager, input=term)
    other = user(held)

    assert (await order(translating, other, "pt"))["errors"][0]["code"] == "DENIED"
    cancelled = (await translating.data(CANCEL, other, input={"id": job["id"]}))["cancelTranslation"]
    changed = (await translating.data(SET, other, input=term | {"term": "x"}))["setGlossaryTerm"]
    removed = (await translating.data(REMOVE, other, input={"term": "incident"}))["removeGlossaryTerm"]

    assert [made["errors"][0]["code"] for made in (cancelled, changed, removed)] == ["DENIED"] * 3
    assert (await translating.data(ONE, other, id=job["id"]))["translationJob"] is None
    assert (await translating.data(JOBS, other))["translationJobs"] == {"totalCount": 0, "nodes": []}
    assert (await translating.data(GLOSSARY, other))["glossary"]["nodes"] == []
    assert (await translating.data(ONE, manager, id=job["id"]))["translationJob"]["state"] == "QUEUED"
    assert (await translating.data(GLOSSARY, manager))["glossary"]["totalCount"] == 1


async def test_the_glossary_is_kept_term_by_term(directories: RunningService, manager: Actor) -> None:
    for term in ("near miss", "breach", "asset"):
        given = {
            "term": f" {term}  ",
            "translations": [{"locale": "DE-at", "term": "x"}, {"locale": "it", "term": "y"}],
        }
        made = (await directories.data(SET, manager, input=given))["setGlossaryTerm"]
        assert made["term"]["translations"] == [{"locale": "de-AT", "term": "x"}, {"locale": "it", "term": "y"}]
    given = {"term": "breach", "translations": [{"locale": "it", "term": "violation"}]}
    await directories.data(SET, manager, input=given)
    removed = await directories.data(REMOVE, manager, input={"term": "asset"})

    page = (await directories.data(GLOSSARY, manager, first=1))["glossary"]
    rest = (await directories.data(GLOSSARY, manager, after=page["pageInfo"]["endCursor"]))["glossary"]

    assert removed["removeGlossaryTerm"] == {"errors": []}
    assert page["nodes"] == [{"term": "breach", "translations": [{"locale": "it", "term": "violation"}]}]
    assert ([node["term"] for node in rest["nodes"]], page["totalCount"]) == (["near miss"], 2)


@pytest.mark.parametrize(
    ("term", "translations", "field"),
    [
        ("", [("it", "x")], ["term"]),
        ("x" * 101, [("it", "x")], ["term"]),
        ("x\x00", [("it", "x")], ["term"]),
        ("x", [], ["translations"]),
        ("x", [("it", "x"), ("IT", "y")], ["translations", "1", "locale"]),
        ("x", [("xx", "x")], ["translations", "0", "locale"]),
        ("x", [("it", " ")], ["translations", "0", "term"]),
    ],
)
async def test_what_is_no_term_is_refused_and_named(
    directories: RunningService, manager: Actor, term: str, translations: list[tuple[str, str]], field: list[str]
) -> None:
    called = [{"locale": locale, "term": word} for locale, word in translations]

    made = await directories.data(SET, manager, input={"term": term, "translations": called})

    assert made["setGlossaryTerm"] == {"term": None, "errors": [{"code": "INVALID", "field": field}]}
    assert (await directories.data(GLOSSARY, manager))["glossary"]["totalCount"] == 0


async def test_a_term_that_is_not_there_cannot_be_taken_out(directories: RunningService, manager: Actor) -> None:
    for term in ("never", "x\x00"):
        made = await directories.data(REMOVE, manager, input={"term": term})
        assert made["removeGlossaryTerm"]["errors"] == [{"code": "NOT_FOUND", "field": ["term"]}]
