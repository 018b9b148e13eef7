"""Drafts, versions, their history and comparison."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.access import Actor
from chassis.identifiers import uuid7
from tests.support.contracts import stale_samples
from tests.support.services import user

DRAFT = "draft { isChanged texts { text translation { locale title state } } }"
VERSIONS = (
    "versions(first: 5) { totalCount nodes { number note publishedBy { id } texts { text translation { locale } } } }"
)
HISTORY = "history(first: 5) { totalCount nodes { sequence operation actor { id } changes { field before after } } }"
COMPARE = """
query ($page: ID!, $from: Int, $to: Int, $locale: String, $by: ComparisonUnit! = WORDS) {
  guideComparison(pageId: $page, from: $from, to: $to, locale: $locale, by: $by) {
    locale title { fate text } text { fate text }
} }
"""


async def compared(guide: Any, wanted: dict[str, Any], actor: Actor | None = None) -> Any:
    given = {"page": str(guide.ids["first"]), **wanted}
    return (await guide.service.data(COMPARE, actor or guide.manager, **given))["guideComparison"]


async def test_an_edit_is_a_draft_until_it_is_published(guide: Any) -> None:
    edited = await guide.edit("first", 2, translations=[{"locale": "en", "text": "What counts now."}])

    assert (edited["page"]["version"], edited["page"]["publishedNumber"]) == (3, 1)
    assert (await guide.page("first", "text"))["text"] == "What **counts**."
    draft = (await guide.page("first", DRAFT, guide.manager))["draft"]
    assert (draft["isChanged"], draft["texts"][1]["text"]) == (True, "What counts now.")

    published = await guide.made("publishGuidePage", id=guide.ids["first"], expectedVersion=3, note="Shorter.")

    assert (published["version"], published["publishedNumber"]) == (4, 2)
    assert (await guide.page("first", "text"))["text"] == "What counts now."
    assert (await guide.page("first", DRAFT, guide.manager))["draft"]["isChanged"] is False


async def test_versions_stay_as_they_were_published_with_who_and_why(guide: Any) -> None:
    await guide.edit("first", 2, translations=[{"locale": "en", "text": "New."}, {"locale": "de", "title": None}])
    await guide.made("publishGuidePage", id=guide.ids["first"], expectedVersion=3, note="Shorter.")

    found = (await guide.page("first", VERSIONS, guide.manager))["versions"]

    by = {"id": str(guide.manager.id)}
    assert found == {
        "totalCount": 2,
        "nodes": [
            {"number": 2, "note": "Shorter.", "publishedBy": by, "texts": [
                {"text": "New.", "translation": {"locale": "en"}}]},
            {"number": 1, "note": None, "publishedBy": by, "texts": [
                {"text": "Was *zählt*.", "translation": {"locale": "de"}},
                {"text": "What **counts**.", "translation": {"locale": "en"}}]},
        ],
    }  # fmt: skip


async def test_a_changed_source_makes_translations_stale_until_somebody_looks_at_them(guide: Any) -> None:
    async def states() -> dict[str, str]:
        texts = (await guide.page("first", DRAFT, guide.manager))["draft"]["texts"]
        return {each["translation"]["locale"]: each["translation"]["state"] for each in texts}

    assert await states() == {"de": "REVIEWED", "en": "REVIEWED"}
    await guide.edit("first", 2, translations=[{"locale": "en", "text": "Other."}])
    assert await states() == {"de": "STALE", "en": "REVIEWED"}
    await guide.edit("first", 3, translations=[{"locale": "de"}])
    assert await states() == {"de": "REVIEWED", "en": "REVIEWED"}


async def test_going_back_makes_an_old_version_the_draft(guide: Any) -> None:
    await guide.edit("first", 2, translations=[{"locale": "en", "text": "New."}, {"locale": "de", "title": None}])
    await guide.made("publishGuidePage", id=guide.ids["first"], expectedVersion=3)

    await guide.made("revertGuidePage", id=guide.ids["first"], expectedVersion=4, number=1)

    assert (await guide.page("first", "text"))["text"] == "New."
    draft = (await guide.page("first", DRAFT, guide.manager))["draft"]
    assert (draft["isChanged"], [each["text"] for each in draft["texts"]]) == (
        True,
        ["Was *zählt*.", "What **counts**."],
    )
    back = await guide.made("publishGuidePage", id=guide.ids["first"], expectedVersion=5)
    assert back["publishedNumber"] == 3
    again = await guide.made("revertGuidePage", id=guide.ids["first"], expectedVersion=6, number=3)
    assert again["version"] == 6


async def test_two_versions_are_compared_by_words_and_by_lines(guide: Any) -> None:
    await guide.edit("first", 2, translations=[{"locale": "en", "title": "First of all", "text": "What **helps**."}])

    words = await compared(guide, {"from": 1})
    lines = await compared(guide, {"from": 1, "by": "LINES"})
    german = await compared(guide, {"from": 1, "locale": "de"})

    assert words == {
        "locale": "en",
        "title": [{"fate": "EQUAL", "text": "First"}, {"fate": "ADDED", "text": " of all"}],
        "text": [
            {"fate": "EQUAL", "text": "What **"},
            {"fate": "REMOVED", "text": "counts"},
            {"fate": "ADDED", "text": "helps"},
            {"fate": "EQUAL", "text": "**."},
        ],
    }
    assert lines["text"] == [
        {"fate": "REMOVED", "text": "What **counts**."},
        {"fate": "ADDED", "text": "What **helps**."},
    ]
    assert [part["fate"] for part in german["text"]] == ["EQUAL"]
    assert await compared(guide, {"from": 9}) is None


async def test_the_history_tells_who_changed_what(guide: Any) -> None:
    await guide.edit("second", 2, order=4, translations=[{"locale": "en", "title": "Next", "text": "Go."}])

    found = (await guide.page("second", HISTORY, guide.manager))["history"]

    assert [(each["sequence"], each["operation"]) for each in found["nodes"]] == [
        (3, "EDITED"), (2, "PUBLISHED"), (1, "CREATED"),
    ]  # fmt: skip
    assert {each["actor"]["id"] for each in found["nodes"]} == {str(guide.manager.id)}
    assert found["nodes"][0]["changes"] == [
        {"field": "order", "before": "0", "after": "4"},
        {"field": "text.en", "before": "13", "after": "3"},
        {"field": "title.en", "before": "Second", "after": "Next"},
    ]


async def test_each_publication_is_told_once(guide: Any) -> None:
    await guide.edit("first", 2, translations=[{"locale": "en", "text": "New."}])
    await guide.made("publishGuidePage", id=guide.ids["first"], expectedVersion=3)

    events = [each for each in await guide.service.events() if each.type == "guide.published.v1"]

    assert [(each.subject, each.sequence, each.company_id) for each in events] == [
        (guide.ids["first"], 2, None),
        (guide.ids["second"], 2, None),
        (guide.ids["first"], 4, None),
    ]
    assert events[2].data == {
        "page_id": str(guide.ids["first"]), "slug": "first", "number": 2, "locales": ["de", "en"],
    }  # fmt: skip
    assert stale_samples("directories", events[2:]) == []


async def test_of_two_edits_at_the_same_time_one_wins(guide: Any) -> None:
    both = await asyncio.gather(
        *(guide.edit("first", 2, translations=[{"locale": "en", "text": text}]) for text in ("One.", "Two."))
    )

    assert sorted(len(each["errors"]) for each in both) == [0, 1]
    refused = next(each for each in both if each["errors"])
    assert refused["page"]["version"] == 3
    assert refused["errors"] == [
        {
            "code": "CONFLICT",
            "message": "Version 3 is current, you have 2: look at the changes and try again.",
            "field": ["expectedVersion"],
        }
    ]


async def test_an_edit_that_changes_nothing_writes_nothing(guide: Any) -> None:
    same = await guide.edit("first", 2, order=0, active=True, translations=[{"locale": "en", "title": "First"}])

    assert (same["errors"], same["page"]["version"]) == ([], 2)
    refused = await guide.change("publishGuidePage", id=guide.ids["first"], expectedVersion=2)
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("INVALID", ["id"])]
    assert len([each for each in await guide.service.events() if each.type == "guide.published.v1"]) == 2


async def test_a_deactivated_page_and_what_is_below_it_are_gone_for_readers(guide: Any) -> None:
    await guide.edit("first", 2, active=False)

    assert await guide.slugs() == []
    assert await guide.page("second", "id") is None
    assert await guide.slugs(guide.manager, drafts=True) == ["first", "second"]
    assert (await guide.page("first", "text", guide.manager, drafts=True))["text"] == "What **counts**."


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"translations": [{"locale": "de_AT", "title": "x"}]}, "INVALID", ["translations", "0", "locale"]),
        ({"translations": [{"locale": "de"}, {"locale": "de"}]}, "INVALID", ["translations", "1", "locale"]),
        ({"translations": [{"locale": "fr", "text": "x"}]}, "INVALID", ["translations", "0", "title"]),
        ({"translations": [{"locale": "fr", "title": "é" * 201}]}, "INVALID", ["translations", "0", "title"]),
        ({"translations": [{"locale": "en", "text": "ж" * 50_001}]}, "INVALID", ["translations", "0", "text"]),
        ({"translations": [{"locale": "en", "text": "a\x00b"}]}, "INVALID", ["translations", "0", "text"]),
        ({"translations": [{"locale": "en", "title": None}]}, "INVALID", ["translations"]),
        ({"parentId": "second"}, "INVALID", ["parentId"]),
        ({"parentId": "first"}, "INVALID", ["parentId"]),
        ({"parentId": str(uuid7())}, "NOT_FOUND", ["parentId"]),
        ({"parentId": "x"}, "INVALID", ["parentId"]),
        ({"order": -1}, "INVALID", ["order"]),
        ({"active": None}, "INVALID", ["active"]),
    ],
)
async def test_a_refused_edit_names_the_field_and_stores_nothing(
    guide: Any, changes: dict[str, Any], code: str, field: list[str]
) -> None:
    parent = guide.ids.get(changes.get("parentId", ""))
    given = {**changes, "parentId": parent} if parent else changes

    made = await guide.edit("first", 2, **given)

    assert made["page"] is None
    assert [(error["code"], error["field"]) for error in made["errors"]] == [(code, field)]
    kept = await guide.page("first", f"version {DRAFT}", guide.manager)
    assert (kept["version"], kept["draft"]["isChanged"]) == (2, False)


@pytest.mark.parametrize(
    ("new", "code", "field"),
    [
        ({"slug": "first"}, "CONFLICT", ["slug"]),
        ({"slug": "No Slug"}, "INVALID", ["slug"]),
        ({"slug": "x" * 101}, "INVALID", ["slug"]),
        ({"sourceLocale": "xx"}, "INVALID", ["sourceLocale"]),
        ({"sourceLocale": "de"}, "INVALID", ["translations"]),
        ({"isAddition": True}, "INVALID", ["companyId"]),
        ({"isAddition": True, "companyId": "ACME"}, "INVALID", ["parentId"]),
        ({"order": 2**40}, None, None),
        ({"companyId": "x"}, "INVALID", ["companyId"]),
    ],
)
async def test_a_refused_page_is_not_there(
    guide: Any, acme: UUID, new: dict[str, Any], code: str | None, field: list[str]
) -> None:
    source = {"slug": "third", "translations": [{"locale": "en", "title": "Third"}], **new}
    if new.get("companyId") == "ACME":
        source["companyId"] = str(acme)
    if code is None:
        answer = await guide.service.graph(
            "mutation ($i: CreateGuidePageInput!) { createGuidePage(input: $i) { page { id } } }",
            guide.manager,
            i=source,
        )
        assert answer["errors"]
    else:
        made = await guide.change("createGuidePage", **source)
        assert [(error["code"], error["field"]) for error in made["errors"]] == [(code, field)]

    assert await guide.slugs(guide.manager, drafts=True) == ["first", "second"]


async def test_pages_are_at_most_five_deep_also_when_some_are_moved(guide: Any) -> None:
    for number in range(3, 6):
        above = "second" if number == 3 else f"level-{number - 1}"
        await guide.publish(f"level-{number}", parentId=guide.ids[above])
    source = {"slug": "level-6", "translations": [{"locale": "en", "title": "Deep"}]}

    deeper = await guide.change("createGuidePage", parentId=guide.ids["level-5"], **source)
    top = await guide.publish("top")
    moved = await guide.edit("first", 2, parentId=top)

    assert [each["errors"][0]["field"] for each in (deeper, moved)] == [["parentId"], ["parentId"]]


@pytest.mark.parametrize("mutation", ["publishGuidePage", "revertGuidePage"])
async def test_an_absent_page_or_version_is_not_found(guide: Any, mutation: str) -> None:
    more = {"number": 7} if mutation == "revertGuidePage" else {}

    absent = await guide.change(mutation, id=uuid7(), expectedVersion=2, **more)
    assert [(error["code"], error["field"]) for error in absent["errors"]] == [("NOT_FOUND", ["id"])]
    if more:
        unknown = await guide.change(mutation, id=guide.ids["first"], expectedVersion=2, **more)
        assert [(error["code"], error["field"]) for error in unknown["errors"]] == [("NOT_FOUND", ["number"])]


async def test_who_only_reads_sees_no_drafts_versions_or_history(guide: Any) -> None:
    await guide.made("createGuidePage", slug="secret", translations=[{"locale": "en", "title": "Secret"}])
    hidden = f"{DRAFT} versions {{ totalCount nodes {{ number }} }} history {{ totalCount nodes {{ sequence }} }}"

    for actor in (user(), user({"directory.manage": [uuid7()]})):
        empty = {"totalCount": 0, "nodes": []}
        assert await guide.page("first", hidden, actor, drafts=True) == {
            "draft": None, "versions": empty, "history": empty,
        }  # fmt: skip
        assert await guide.slugs(actor, drafts=True) == ["first", "second"]
        assert await compared(guide, {"from": 1, "to": 1}, actor) is None
        refused = await guide.edit("first", 2, actor, order=3)
        assert [error["code"] for error in refused["errors"]] == ["DENIED"]
    assert await guide.slugs(guide.manager, drafts=True) == ["first", "second", "secret"]
