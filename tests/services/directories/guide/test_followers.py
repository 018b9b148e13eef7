"""What others are told of the pages of the guide: which there are, whose, and whether readers have them."""

from typing import Any
from uuid import UUID

import pytest

from chassis.access import Actor
from chassis.errors import Fault
from tests.support.contracts import SAMPLES, stale_samples


async def told(guide: Any, since: int = 0) -> list[tuple[str, int, bool]]:
    """The slug, number and content of each event of a page that came or went."""
    names = {id: slug for slug, id in guide.ids.items()}
    events = [each for each in await guide.service.events() if each.type == "guide.page_changed.v1"]
    return [(names[each.subject], each.sequence, each.data["shown"]) for each in events[since:]]


async def known(guide: Any) -> dict[str, Any]:
    """What a look-up answers, by slug; a snapshot tells the same."""
    names = {str(id): slug for slug, id in guide.ids.items()}
    rows = await guide.service.ask("lookups/guide_page", {"ids": list(names)}, caller="files")
    assert sorted(rows, key=lambda row: row["id"]) == await guide.service.ask(
        "snapshots/guide_page", {}, caller="files"
    )
    return {names[row["id"]]: (row["version"], row["company_id"], row["shown"]) for row in rows}


async def test_pages_are_told_of_when_they_are_made_and_when_readers_get_them(guide: Any) -> None:
    assert await told(guide) == [("first", 1, False), ("first", 3, True), ("second", 1, False), ("second", 3, True)]
    assert await known(guide) == {"first": (3, None, True), "second": (3, None, True)}
    (event, *_) = [each for each in await guide.service.events() if each.type == "guide.page_changed.v1"]
    assert stale_samples("directories", [event]) == []
    assert {file.stem for file in SAMPLES.glob("guide.*.json")} == {"guide.page_changed.v1", "guide.published.v1"}


async def test_hiding_a_page_tells_of_all_below_it_and_so_does_showing_it_again(
    guide: Any, company: UUID, company_manager: Actor
) -> None:
    await guide.publish("contacts", company_manager, companyId=company, parentId=guide.ids["second"])
    before = len(await told(guide))

    await guide.edit("first", 2, active=False)
    hidden = await told(guide, before)
    unseen = await known(guide)
    await guide.edit("first", 3, order=5)
    await guide.edit("first", 4, active=True)

    assert sorted(hidden) == [("contacts", 4, False), ("first", 4, False), ("second", 4, False)]
    assert unseen == {"first": (4, None, False), "second": (4, None, False), "contacts": (4, str(company), False)}
    assert sorted(await told(guide, before + 3)) == [("contacts", 5, True), ("first", 5, True), ("second", 5, True)]


async def test_a_page_moved_below_a_draft_is_told_as_gone(guide: Any) -> None:
    draft = await guide.made("createGuidePage", slug="draft", translations=[{"locale": "en", "title": "D", "text": ""}])
    guide.ids["draft"] = UUID(draft["id"])
    before = len(await told(guide))

    await guide.edit("second", 2, parentId=draft["id"])
    gone = await known(guide)
    await guide.made("publishGuidePage", id=draft["id"], expectedVersion=1)

    assert gone["second"] == (4, None, False)
    assert await told(guide, before) == [("second", 4, False), ("second", 5, True), ("draft", 3, True)]


async def test_what_pages_say_is_no_news_and_a_second_publishing_gives_readers_no_page(guide: Any) -> None:
    before = len(await told(guide))

    await guide.edit("first", 2, translations=[{"locale": "en", "text": "New."}])
    await guide.made("publishGuidePage", id=guide.ids["first"], expectedVersion=3)

    assert await told(guide, before) == []
    assert (await known(guide))["first"] == (4, None, True)


async def test_pages_are_told_to_the_files_alone(guide: Any) -> None:
    for caller in ("incidents", "notifications", "gateway"):
        with pytest.raises(Fault, match="403"):
            await guide.service.ask("lookups/guide_page", {"ids": []}, caller=caller)
