"""How much is translated, and what reviewers do."""

from typing import Any
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from services.directories.domain.entries import Kind
from services.directories.graphql.types.translations import TranslatableType
from services.directories.persistence.entry_translations import EntryTranslations
from services.directories.persistence.rows import EntryRow, TranslationRow
from services.directories.persistence.translations import Translations
from tests.support.services import SYSTEM, RunningService, user

pytestmark = pytest.mark.usefixtures("untranslated")
COVERAGE = """
query ($locales: [String!], $kinds: [TranslatableKind!]) {
    translationCoverage(locales: $locales, kinds: $kinds) { kind locale total missing machine reviewed stale }
}
"""
QUEUE = """
query ($locale: String, $states: [TranslationState!], $first: Int! = 20, $after: String) {
    translationQueue(locale: $locale, states: $states, first: $first, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { ownerId code kind locale state engine revision source { field text } texts { field text } }
    }
}
"""
EDIT = """
mutation ($input: EditDirectoryEntryInput!) { editDirectoryEntry(input: $input) { errors { message } } }
"""
REVIEW = """
mutation ($input: %s!) { %s(input: $input) {
    translation { state engine texts { field text } }
    errors { code field }
} }
"""


@pytest.fixture
def reviewer() -> Actor:
    return user({"translation.review": EVERY_COMPANY})


async def coverage(directories: RunningService, actor: Actor, locale: str) -> dict[str, int]:
    """Of the severities, which are five."""
    found = (await directories.data(COVERAGE, actor, locales=[locale], kinds=["SEVERITY"]))["translationCoverage"]
    assert [(line["kind"], line["locale"]) for line in found] == [("SEVERITY", locale)]
    return {name: count for name, count in found[0].items() if isinstance(count, int) and count}


async def by_machine(directories: RunningService, ids: dict[str, UUID], locale: str = "it") -> None:
    async with directories.database.work(SYSTEM) as work:
        for code in ("low", "medium", "high"):
            await EntryTranslations(work.session).write(ids[code], locale, {"name": f"{code} it"}, "test-model", work)


async def edit(directories: RunningService, manager: Actor, entry: UUID, version: int, **text: str) -> None:
    source = {"id": str(entry), "expectedVersion": version, "translations": [text]}
    made = await directories.data(EDIT, manager, input=source)
    assert made["editDirectoryEntry"]["errors"] == []


async def waiting(directories: RunningService, actor: Actor, **arguments: Any) -> list[Any]:
    found: list[Any] = (await directories.data(QUEUE, actor, **arguments))["translationQueue"]["nodes"]
    return found


async def review(
    directories: RunningService, actor: Actor, what: str, seen: dict[str, Any], texts: dict[str, str] | None = None
) -> Any:
    source: dict[str, Any] = {name: seen[name] for name in ("ownerId", "locale", "revision")}
    if texts is not None:
        source["texts"] = [{"field": field, "text": text} for field, text in texts.items()]
    kind = "ReviewTranslationInput" if texts is None else "CorrectTranslationInput"
    return (await directories.data(REVIEW % (kind, what), actor, input=source))[what]


async def test_every_step_of_a_translation_is_counted_where_it_is(
    directories: RunningService, reviewer: Actor, manager: Actor, ids: dict[str, UUID]
) -> None:
    total = (await coverage(directories, reviewer, "en"))["total"]
    assert await coverage(directories, reviewer, "it") == {"total": total, "missing": total}

    await by_machine(directories, ids)
    assert await coverage(directories, reviewer, "it") == {"total": total, "missing": total - 3, "machine": 3}

    queue = {node["code"]: node for node in await waiting(directories, reviewer, locale="it")}
    assert set(queue) == {"low", "medium", "high"}
    await review(directories, reviewer, "approveTranslation", queue["low"])
    await review(directories, reviewer, "correctTranslation", queue["medium"], {"name": "Moyenne"})
    await review(directories, reviewer, "rejectTranslation", queue["high"])
    assert await coverage(directories, reviewer, "it") == {"total": total, "missing": total - 2, "reviewed": 2}

    await edit(directories, manager, ids["low"], 2, locale="en", name="Lowest")
    assert await coverage(directories, reviewer, "it") == {
        "total": total, "missing": total - 2, "reviewed": 1, "stale": 1,
    }  # fmt: skip
    assert await coverage(directories, reviewer, "de") == {"total": total, "reviewed": total - 1, "stale": 1}
    assert await coverage(directories, reviewer, "en") == {"total": total, "reviewed": total}


async def test_what_is_written_by_hand_is_reviewed_and_of_the_source_as_it_is_then(
    directories: RunningService, reviewer: Actor, manager: Actor, ids: dict[str, UUID]
) -> None:
    await by_machine(directories, ids)

    await edit(directories, manager, ids["low"], 2, locale="it", name="Faible")
    await edit(directories, manager, ids["low"], 3, locale="de", name="Gering")

    assert {node["code"] for node in await waiting(directories, reviewer)} == {"medium", "high"}
    async with directories.database.read(SYSTEM) as session:
        row = await session.get_one(TranslationRow, (ids["low"], "it"))
    assert (row.state, row.engine, row.reviewed_by) == ("REVIEWED", None, manager.id)


async def test_the_queue_shows_source_and_proposal_side_by_side_a_page_at_a_time(
    directories: RunningService, reviewer: Actor, ids: dict[str, UUID]
) -> None:
    await by_machine(directories, ids)
    await by_machine(directories, ids, "pt")

    codes, after = [], None
    for _ in range(2):
        page = (await directories.data(QUEUE, reviewer, first=4, after=after))["translationQueue"]
        after = page["pageInfo"]["endCursor"]
        codes += [(node["code"], node["locale"]) for node in page["nodes"]]

    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (6, False)
    assert sorted(codes) == sorted((code, tag) for code in ("low", "medium", "high") for tag in ("pt", "it"))
    node = (await waiting(directories, reviewer, locale="it"))[0]
    assert (node["state"], node["engine"]) == ("MACHINE", "test-model")
    assert node["texts"] == [{"field": "name", "text": f"{node['code']} it"}]
    assert node["source"][0] == {"field": "name", "text": node["code"].capitalize()}


async def test_what_another_one_changed_meanwhile_is_not_approved(
    directories: RunningService, reviewer: Actor, manager: Actor, ids: dict[str, UUID]
) -> None:
    await by_machine(directories, ids)
    seen = {node["code"]: node for node in await waiting(directories, reviewer)}["low"]
    await edit(directories, manager, ids["low"], 2, locale="en", name="Lowest")
    before = len(await directories.events())

    for what, texts in (
        ("approveTranslation", None),
        ("rejectTranslation", None),
        ("correctTranslation", {"name": "x"}),
    ):
        made = await review(directories, reviewer, what, seen, texts)
        assert made == {"translation": None, "errors": [{"code": "CONFLICT", "field": ["revision"]}]}

    assert len(await directories.events()) == before
    assert {node["state"] for node in await waiting(directories, reviewer) if node["code"] == "low"} >= {"STALE"}


async def test_a_correction_is_told_to_the_others_and_keeps_to_the_rules(
    directories: RunningService, reviewer: Actor, reader: Actor, ids: dict[str, UUID]
) -> None:
    await by_machine(directories, ids)
    seen = {node["code"]: node for node in await waiting(directories, reviewer)}["low"]

    refused = await review(directories, reviewer, "correctTranslation", seen, {"name": "x" * 201})
    unknown = await review(directories, reviewer, "correctTranslation", seen, {"name": "Faible", "title": "x"})
    made = await review(directories, reviewer, "correctTranslation", seen, {"name": "Faible"})

    assert refused["errors"] == [{"code": "INVALID", "field": ["name"]}]
    assert unknown["errors"] == [{"code": "INVALID", "field": ["texts"]}]
    assert made["translation"] == {"state": "REVIEWED", "engine": None, "texts": [{"field": "name", "text": "Faible"}]}
    found = await directories.entities("Severity", [ids["low"]], 'name(locale: "it")', reader)
    assert found == [{"name": "Faible"}]
    assert (await directories.events())[-1].subject == ids["low"]


@pytest.mark.parametrize("held", [{}, {"translation.review": [uuid7()]}, {"directory.manage": EVERY_COMPANY}])
async def test_whoever_may_not_review_everywhere_sees_and_changes_nothing_of_everybody_s(
    directories: RunningService, reviewer: Actor, ids: dict[str, UUID], held: Any
) -> None:
    await by_machine(directories, ids)
    seen = (await waiting(directories, reviewer))[0]
    before = len(await directories.events())

    assert await waiting(directories, user(held)) == []
    assert (await directories.data(COVERAGE, user(held)))["translationCoverage"] == []
    for what, texts in (
        ("approveTranslation", None),
        ("rejectTranslation", None),
        ("correctTranslation", {"name": "x"}),
    ):
        made = await review(directories, user(held), what, seen, texts)
        assert made == {"translation": None, "errors": [{"code": "NOT_FOUND", "field": ["ownerId"]}]}

    assert len(await directories.events()) == before
    assert seen in await waiting(directories, reviewer)


async def test_a_company_s_own_entry_is_reviewed_by_its_reviewers_and_not_by_another_company_s(
    directories: RunningService, manager: Actor
) -> None:
    company, entry = uuid7(), uuid7()
    own = user({"translation.review": [company]})
    async with directories.database.work(SYSTEM) as work:
        work.session.add(
            EntryRow(
                id=entry, version=1, sequence=1, kind="classification", code="acme-only", color="#000000", sort_order=0,
                active=True, visible=True, is_initial=False, is_final=False, company_id=company,
            )
        )  # fmt: skip
        await work.session.flush()
        work.session.add(TranslationRow(entry_id=entry, locale="en", name="Ours"))
        await work.session.flush()
        await EntryTranslations(work.session).write(entry, "it", {"name": "Le nôtre"}, "test-model", work)

    assert await waiting(directories, user({"translation.review": [uuid7()]})) == []
    seen = (await waiting(directories, own))[0]
    assert seen["code"] == "acme-only"
    made = await review(directories, own, "approveTranslation", seen)

    assert made["translation"]["state"] == "REVIEWED"


async def test_the_source_itself_is_nobody_s_translation(
    directories: RunningService, reviewer: Actor, ids: dict[str, UUID]
) -> None:
    seen = {"ownerId": str(ids["low"]), "locale": "en", "revision": ""}

    assert [node for node in await waiting(directories, reviewer, states=["REVIEWED"]) if node["locale"] == "en"] == []
    assert (await review(directories, reviewer, "rejectTranslation", seen))["errors"][0]["code"] == "NOT_FOUND"


HISTORY = """
query ($entry: ID!) { directoryChanges(filter: {entryIds: [$entry]}, first: 5) {
    nodes { operation actor { id } changes { field before after } }
} }
"""


@pytest.mark.parametrize(
    ("what", "texts", "operation", "changes"),
    [
        ("approveTranslation", None, "APPROVED", {"state.it": ("MACHINE", "REVIEWED")}),
        (
            "correctTranslation",
            {"name": "Bassa"},
            "CORRECTED",
            {"state.it": ("MACHINE", "REVIEWED"), "name.it": ("low it", "Bassa")},
        ),
        ("rejectTranslation", None, "REJECTED", {"state.it": ("MACHINE", None), "name.it": ("low it", None)}),
    ],
)
async def test_the_history_tells_who_reviewed_a_translation_from_what_to_what(
    directories: RunningService,
    reviewer: Actor,
    manager: Actor,
    ids: dict[str, UUID],
    what: str,
    texts: Any,
    operation: str,
    changes: dict[str, Any],
) -> None:
    await by_machine(directories, ids)
    seen = {node["code"]: node for node in await waiting(directories, reviewer)}["low"]

    await review(directories, reviewer, what, seen, texts)

    reviewed, made = (await directories.data(HISTORY, manager, entry=str(ids["low"])))["directoryChanges"]["nodes"][:2]
    told = {each["field"]: (each["before"], each["after"]) for each in reviewed["changes"]}
    assert (reviewed["operation"], reviewed["actor"], told) == (operation, {"id": str(reviewer.id)}, changes)
    assert (made["operation"], made["actor"]) == ("TRANSLATED", None)


async def test_a_correction_moves_the_entry_on_so_that_events_keep_their_order(
    directories: RunningService, reviewer: Actor, ids: dict[str, UUID]
) -> None:
    await by_machine(directories, ids)
    for word in ("Bassa", "Basso"):
        nodes = await waiting(directories, reviewer, locale="it", states=["MACHINE", "REVIEWED"])
        seen = {node["code"]: node for node in nodes}
        assert (await review(directories, reviewer, "correctTranslation", seen["low"], {"name": word}))["errors"] == []

    told = [event.sequence for event in await directories.events() if event.subject == ids["low"]]

    assert told[-3:] == [told[-3], told[-3] + 1, told[-3] + 2]
    async with directories.database.read(SYSTEM) as session:
        assert (await session.get_one(EntryRow, ids["low"])).sequence == told[-1]


async def test_the_graph_has_a_name_for_every_kind_that_can_be_translated(directories: RunningService) -> None:
    async with directories.database.read(SYSTEM) as session:
        kinds = Translations(session).kinds
    values = [str(kind.value) for kind in TranslatableType]
    assert sorted(values) == kinds
    assert [kind.name.lower() for kind in TranslatableType] == values
    assert {kind.value for kind in Kind} < {*values}
