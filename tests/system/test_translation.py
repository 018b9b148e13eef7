"""Translation by machine through a registry of its own: a new language from end to end, and an incident to read."""

import asyncio
import signal
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.support.fake_translator import KEY, FakeTranslator, fake_translator
from tests.support.own_registry import Registry

Json = dict[str, Any]
pytestmark = pytest.mark.timeout(300)
SWITCH = 'mutation { switchDirectoryLocale(input: {tag: "it", active: true}) { errors { message } } }'
ORDER = 'mutation { translateMissing(input: {locale: "it"}) { job { id total } errors { message } } }'
JOB = "query ($id: ID!) { translationJob(id: $id) { state total translated failed reason failures { reason } engine } }"
COVERAGE = """
query ($locale: String!) { translationCoverage(locales: [$locale]) { kind total missing machine reviewed stale } }
"""
QUEUE = """
query ($kind: TranslatableKind!) { translationQueue(locale: "it", kinds: [$kind], first: 100) {
    totalCount nodes { ownerId code locale revision }
} }
"""
REVIEW = "mutation ($input: %s!) { %s(input: $input) { errors { message } } }"
STATUSES = "{ incidentStatuses { id code version name nameLocale } }"
RENAME = "mutation ($input: EditDirectoryEntryInput!) { editDirectoryEntry(input: $input) { errors { message } } }"
PAGES = "{ guide(includeDrafts: true) { id slug version } }"
EDIT = "mutation ($input: EditGuidePageInput!) { editGuidePage(input: $input) { errors { message } } }"
PUBLISH = "mutation ($input: PublishGuidePageInput!) { publishGuidePage(input: $input) { errors { message } } }"
REGISTER = """
mutation { registerIncident(input: {title: "Phishing at gate 3", company: {code: "NORTH"}, description: "**Quokka**"}) {
    incident { id } errors { message } } }
"""
RESTRICT = """
mutation ($id: ID!) { changeIncidentVisibility(input: {id: $id, visibility: RESTRICTED}) { errors { message } } }
"""
TRANSLATE = """
mutation ($id: ID!) { translateIncident(input: {id: $id}) {
    translation { locale texts { original text } } isPending errors { message } } }
"""
READ = '{ guidePage(slug: "glossary") { locale title } }'


class Client:
    """Asks a registry over HTTP, as its administrator."""

    def __init__(self, registry: Registry, session: aiohttp.ClientSession) -> None:
        self._registry = registry
        self._session = session

    async def ask(self, query: str, language: str = "en", **variables: Any) -> Json:
        headers = {
            "authorization": f"Bearer {self._registry.environment['REGISTRY_API_KEY']}",
            "accept-language": language,
        }
        body = {"query": query, "variables": variables}
        async with self._session.post(self._registry.environment["REGISTRY_URL"], json=body, headers=headers) as told:
            answer = await told.json()
        assert "errors" not in answer, answer["errors"]
        data: Json = answer["data"]
        return data

    async def change(self, query: str, **variables: Any) -> Json:
        """The payload of a mutation that was not refused."""
        (payload,) = (await self.ask(query, **variables)).values()
        assert payload["errors"] == []
        found: Json = payload
        return found

    async def coverage(self, kind: str, locale: str = "it") -> Json:
        """Without what is nought."""
        lines = (await self.ask(COVERAGE, locale=locale))["translationCoverage"]
        (line,) = [each for each in lines if each["kind"] == kind]
        return {name: number for name, number in line.items() if name != "kind" and number}

    async def translate(self) -> Json:
        """The job that translates what is missing, once it has ended."""
        job = (await self.change(ORDER))["job"]
        async with asyncio.timeout(120):
            while True:
                found: Json = (await self.ask(JOB, id=job["id"]))["translationJob"]
                if found["state"] not in {"QUEUED", "RUNNING"}:
                    return found
                await asyncio.sleep(0.2)

    async def review(self, mutation: str, seen: Json, **texts: str) -> None:
        source: Json = {name: seen[name] for name in ("ownerId", "locale", "revision")}
        if texts:
            source["texts"] = [{"field": field, "text": text} for field, text in texts.items()]
        await self.change(
            REVIEW % ("CorrectTranslationInput" if texts else "ReviewTranslationInput", mutation), input=source
        )

    async def waiting(self, kind: str) -> dict[str, Json]:
        return {node["code"]: node for node in (await self.ask(QUEUE, kind=kind))["translationQueue"]["nodes"]}


@pytest.fixture(scope="module")
async def endpoint() -> AsyncIterator[FakeTranslator]:
    async with fake_translator() as made:
        yield made


@pytest.fixture(scope="module", params=["up", "stack"])
async def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, endpoint: FakeTranslator
) -> AsyncIterator[Client]:
    """All in one, and as a stack, where one process answers and another one translates."""
    registry = Registry(tmp_path_factory.mktemp("translating"), request.param)
    registry.environment |= {
        "DIRECTORIES_TRANSLATION_URL": endpoint.url,
        "DIRECTORIES_TRANSLATION_MODEL": "test-model",
        "DIRECTORIES_TRANSLATION_KEY": KEY,
        "DIRECTORIES_TRANSLATION_SECONDS": "20",
        "INCIDENTS_NARRATIVE_TRANSLATION": "true",
    }
    try:
        await registry.start()
        async with aiohttp.ClientSession() as session:
            yield Client(registry, session)
    finally:
        await registry.end(signal.SIGTERM)


async def test_a_language_is_added_translated_reviewed_published_and_told_when_it_is_stale(
    client: Client, endpoint: FakeTranslator
) -> None:
    await client.change(SWITCH)
    lines = (await client.ask(COVERAGE, locale="it"))["translationCoverage"]
    totals = {line["kind"]: line["total"] for line in lines}
    assert len(totals) == 15
    assert all(line["missing"] == line["total"] for line in lines)

    job = await client.translate()
    assert job == {
        "state": "DONE", "total": sum(totals.values()), "translated": sum(totals.values()), "failed": 0,
        "reason": None, "failures": [], "engine": "test-model",
    }  # fmt: skip
    lines = (await client.ask(COVERAGE, locale="it"))["translationCoverage"]
    assert {line["kind"]: line["machine"] for line in lines} == totals
    names = (await client.ask(STATUSES, language="it"))["incidentStatuses"]
    assert {each["nameLocale"] for each in names} == {"it"}
    assert all(each["name"].endswith(" (x)") for each in names)
    assert (await client.ask(READ, language="it"))["guidePage"] == {"locale": "en", "title": "Glossary"}

    statuses, pages = await client.waiting("STATUS"), await client.waiting("GUIDE_PAGE")
    first, second, third, *_ = statuses
    await client.review("approveTranslation", statuses[first])
    await client.review("correctTranslation", statuses[second], name="In attesa")
    await client.review("rejectTranslation", statuses[third])
    await client.review("approveTranslation", pages["glossary"])
    number = totals["STATUS"]
    assert await client.coverage("STATUS") == {
        "total": number, "missing": 1, "machine": number - 3, "reviewed": 2,
    }  # fmt: skip
    assert await client.coverage("GUIDE_PAGE") == {"total": 7, "machine": 6, "reviewed": 1}

    found = {page["slug"]: page for page in (await client.ask(PAGES))["guide"]}
    glossary = {"id": found["glossary"]["id"], "expectedVersion": found["glossary"]["version"]}
    await client.change(PUBLISH, input=glossary)
    assert (await client.ask(READ, language="it"))["guidePage"] == {"locale": "it", "title": "Glossary (x)"}

    versions = {each["code"]: each for each in (await client.ask(STATUSES))["incidentStatuses"]}
    for code in (first, second):
        text = [{"locale": "en", "name": f"{versions[code]['name']} now"}]
        seen = {"id": versions[code]["id"], "expectedVersion": versions[code]["version"]}
        await client.change(RENAME, input={**seen, "translations": text})
    glossary["expectedVersion"] += 1
    await client.change(EDIT, input={**glossary, "translations": [{"locale": "en", "text": "Other words."}]})
    assert await client.coverage("STATUS") == {
        "total": number, "missing": 1, "machine": number - 3, "stale": 2,
    }  # fmt: skip
    assert await client.coverage("STATUS", "de") == {"total": number, "reviewed": number - 2, "stale": 2}
    assert await client.coverage("STATUS", "en") == {"total": number, "reviewed": number}
    assert await client.coverage("GUIDE_PAGE") == {"total": 7, "machine": 6, "stale": 1}
    assert await client.coverage("GUIDE_PAGE", "kk") == {"total": 7, "reviewed": 6, "stale": 1}

    job = await client.translate()
    assert (job["state"], job["total"], job["translated"]) == ("DONE", 1, 1)  # what people approved waits for people
    assert await client.coverage("STATUS") == {"total": number, "machine": number - 2, "stale": 2}
    assert (await client.waiting("STATUS")).keys() == statuses.keys()
    assert KEY not in str(endpoint.requests)


async def test_a_reader_has_an_incident_translated_unless_it_is_restricted(
    client: Client, endpoint: FakeTranslator
) -> None:
    incident = (await client.change(REGISTER))["incident"]["id"]

    read = (await client.ask(TRANSLATE, language="kk-KZ", id=incident))["translateIncident"]
    await client.change(RESTRICT, id=incident)
    asked = len(endpoint.requests)
    refused = (await client.ask(TRANSLATE, language="kk-KZ", id=incident))["translateIncident"]

    assert read["errors"] == []
    assert read["translation"] == {
        "locale": "kk-KZ",
        "texts": [
            {"original": "Phishing at gate 3", "text": "Phishing at gate 3 (x)"},
            {"original": "**Quokka**", "text": "**Quokka** (x)"},
        ],
    }
    assert (refused["translation"], refused["isPending"], len(refused["errors"])) == (None, False, 1)
    assert len(endpoint.requests) == asked
