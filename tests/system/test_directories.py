"""Directories through the gateway: one truth in all languages, and what it costs to show it with incidents."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from deploy.local.all_in_one import AllInOne
from services.directories.domain.entries import Kind
from tests.support.defaults import DEFAULTS
from tests.support.sheets import EXPORT, IMPORT, PREVIEW, read

LANGUAGES = {"en": "en", "de": "de-AT", "kk": "kk-KZ, ru;q=0.5"}
LIST = "{ code color textColor order active nameLocale company { id } }"
LISTS = "{" + "".join(f"{kind.value}: directoryEntries(kind: {kind.name}) {LIST} " for kind in Kind) + "}"
REGISTER = "mutation ($input: RegisterIncidentsInput!) { registerIncidents(input: $input) { errors { message } } }"
PAGE = """
{ incidents(first: 50) { nodes { reference
    classification { code name nameLocale } type { code name classification { code name color } }
    status { code name color textColor category } severity { code name rank } } } }
"""


async def test_all_lists_in_english_german_and_kazakh_agree_cell_by_cell(admin: Any) -> None:
    """Entries that a company has of its own may be written in one language only."""
    found = {}
    for tag, accepted in LANGUAGES.items():
        lists = await admin.speaking(accepted).ask(LISTS)
        found[tag] = [(kind, entry) for kind, entries in lists.items() for entry in entries if not entry["company"]]

    for tag, entries in found.items():
        assert len(entries) == DEFAULTS
        assert {entry.pop("nameLocale") for _, entry in entries} == {tag}
    assert found["en"] == found["de"] == found["kk"]


async def test_exports_in_english_german_and_kazakh_agree_cell_by_cell_on_all_but_the_texts(admin: Any) -> None:
    """A file has the languages that were asked for, whatever the one who asks reads."""
    found, whole = {}, {}
    for tag, accepted in LANGUAGES.items():
        caller = admin.speaking(accepted)
        found[tag] = read((await caller.ask(EXPORT, locales=[tag]))["exportDirectories"]["content"])
        whole[tag] = read((await caller.ask(EXPORT))["exportDirectories"]["content"])

    assert whole["en"] == whole["de"] == whole["kk"]
    for tag, book in found.items():
        assert list(book) == [kind.value for kind in Kind]
        assert {tuple(rows[0][-2:]) for rows in book.values()} == {(f"name.{tag}", f"description.{tag}")}
        assert all(row[-2] for rows in book.values() for row in rows)
    plain = {tag: {name: [row[:-2] for row in rows] for name, rows in book.items()} for tag, book in found.items()}
    assert plain["en"] == plain["de"] == plain["kk"]


async def test_what_is_exported_in_one_language_and_imported_in_another_changes_nothing(admin: Any) -> None:
    content = (await admin.speaking("kk").ask(EXPORT))["exportDirectories"]["content"]

    told = (await admin.speaking("de").ask(PREVIEW, input={"content": content}))["previewDirectoryImport"]
    agreed = {"content": content, "digest": told["plan"]["digest"]}
    made = (await admin.ask(IMPORT, input=agreed))["importDirectories"]

    assert (told["plan"]["rows"], told["plan"]["changes"], told["errors"]) == (DEFAULTS, [], [])
    assert made == told


async def test_files_with_directories_are_only_for_who_manages_some(reader: Any) -> None:
    for query, given in ((EXPORT, {}), (PREVIEW, {"input": {"content": ""}})):
        answer = await reader.answer(query, **given)
        assert list(answer["data"].values()) == [None]
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHORIZED_FIELD_OR_TYPE"]


@pytest.fixture
def statements(system: AllInOne) -> Iterator[list[str]]:
    """What the service asks of its database, but for what relays and consumers look at all the time."""
    noted: list[str] = []

    def note(_c: Any, _cu: Any, statement: str, *_: Any) -> None:
        words = statement.split()
        if "FROM" in words and not {"event", "parked_event"}.intersection(words):
            noted.append(statement)

    engine = system.runtimes["directories"].database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield noted
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def requests(system: AllInOne) -> Iterator[Counter[str]]:
    """How often each subgraph is asked."""
    counted: Counter[str] = Counter()
    post = system.transport.post

    async def counting(url: str, *given: Any, **more: Any) -> Any:
        if url.endswith("/graphql") and "//gateway" not in url:
            counted[url.split("/")[2]] += 1
        return await post(url, *given, **more)

    system.transport.post = counting  # type: ignore[method-assign]  # only for this test
    yield counted
    system.transport.post = post  # type: ignore[method-assign]  # as it was


async def test_a_page_of_fifty_incidents_with_five_directory_fields_costs_one_request_and_at_most_one_statement(
    admin: Any, system: AllInOne, statements: list[str], requests: Counter[str]
) -> None:
    new = [{"title": f"One of fifty: {number}", "company": {"code": "NORTH"}} for number in range(50)]
    assert (await admin.ask(REGISTER, input={"incidents": new}))["registerIncidents"]["errors"] == []
    await admin.ask(PAGE)  # fills what is remembered: grants, the plan
    costs = []
    for changed in (True, False):
        if changed:
            system.runtimes["directories"].directory.expire()  # type: ignore[attr-defined]  # of this service's runtime
        statements.clear()
        requests.clear()

        page = (await admin.ask(PAGE))["incidents"]["nodes"]

        assert len(page) == 50
        assert {incident["status"]["name"] for incident in page} >= {"Open"}
        costs.append((requests["directories"], len(statements)))
    assert costs == [(1, 1), (1, 0)]
