"""Pages and additions of one company, and who sees them."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from services.directories.persistence.guide_pages import DRAFTS
from services.directories.persistence.guide_rows import (
    GuideChangeRow,
    GuideDraftRow,
    GuidePageRow,
    GuideTextRow,
    GuideVersionRow,
)
from tests.support.services import user

TABLES = (GuidePageRow, GuideDraftRow, GuideTextRow, GuideVersionRow, GuideChangeRow)


@pytest.fixture
async def contacts(guide: Any, company: UUID, company_manager: Actor) -> UUID:
    """A page of the company below everybody's first one, and an addition to that, which is a draft again."""
    own = {"companyId": company, "parentId": guide.ids["first"]}
    await guide.publish("addition", company_manager, isAddition=True, **own)
    contacts: UUID = await guide.publish("contacts", company_manager, **own)
    await guide.edit("contacts", 2, company_manager, translations=[{"locale": "en", "text": "Call quokka."}])
    return contacts


async def test_a_company_adds_pages_and_additions_that_its_people_read(
    guide: Any, contacts: UUID, colleague: Actor, company: UUID
) -> None:
    found = await guide.page("first", "children { slug company { id } } additions { slug isAddition html }", colleague)

    assert found == {
        "children": [
            {"slug": "second", "company": None},
            {"slug": "contacts", "company": {"id": str(company)}},
        ],
        "additions": [{"slug": "addition", "isAddition": True, "html": "<p>About addition.</p>\n"}],
    }


@pytest.mark.parametrize("held", [{}, {"incident.view": [uuid7()]}, {"directory.manage": [uuid7()]}])
async def test_for_others_a_company_s_pages_do_not_exist(guide: Any, contacts: UUID, held: dict[str, Any]) -> None:
    stranger = user(held)
    first = "children { slug } additions { slug }"

    assert await guide.page("first", first, stranger) == {"children": [{"slug": "second"}], "additions": []}
    assert await guide.slugs(stranger, drafts=True) == ["first", "second"]
    assert await guide.page("contacts", "id", stranger, drafts=True) is None
    assert await guide.service.entities("GuidePage", [contacts], "id", stranger) == [None]
    found = await guide.service.data('{ searchGuide(text: "quokka") { locale } }', stranger)
    assert found == {"searchGuide": []}
    edits = [await guide.change("editGuidePage", stranger, id=id, expectedVersion=9) for id in (contacts, uuid7())]
    assert edits[0] == edits[1]
    assert edits[0]["errors"][0]["code"] == "NOT_FOUND"


async def test_a_colleague_sees_what_is_published_and_may_not_change_it(
    guide: Any, contacts: UUID, colleague: Actor
) -> None:
    assert await guide.page("contacts", "text draft { isChanged }", colleague, drafts=True) == {
        "text": "About contacts.", "draft": None,
    }  # fmt: skip
    refused = await guide.edit("contacts", 3, colleague, order=1)
    assert [error["code"] for error in refused["errors"]] == ["DENIED"]


async def test_who_manages_one_company_changes_nothing_of_everybody_or_of_others(
    guide: Any, company_manager: Actor
) -> None:
    new = {"slug": "x", "translations": [{"locale": "en", "title": "X"}]}

    everybody = await guide.change("createGuidePage", company_manager, **new)
    others = await guide.change("createGuidePage", company_manager, companyId=uuid7(), **new)
    page = await guide.edit("first", 2, company_manager, order=1)

    assert [each["errors"][0]["code"] for each in (everybody, others, page)] == ["DENIED", "NOT_FOUND", "DENIED"]
    assert await guide.slugs(guide.manager, drafts=True) == ["first", "second"]


async def test_companies_may_use_the_same_slug_but_not_one_of_everybody(
    guide: Any, contacts: UUID, company: UUID, north: UUID
) -> None:
    new = {"translations": [{"locale": "en", "title": "X"}]}

    theirs = await guide.change("createGuidePage", slug="contacts", companyId=north, **new)
    taken = await guide.change("createGuidePage", slug="contacts", companyId=company, **new)
    global_ = await guide.change("createGuidePage", slug="second", companyId=north, **new)

    assert theirs["errors"] == []
    assert [each["errors"][0]["field"] for each in (taken, global_)] == [["slug"], ["slug"]]


async def test_nothing_stands_below_an_addition_or_below_a_page_of_another_company(
    guide: Any, contacts: UUID, company: UUID, north: UUID
) -> None:
    new = {"slug": "x", "translations": [{"locale": "en", "title": "X"}]}

    below = await guide.change("createGuidePage", companyId=company, parentId=guide.ids["addition"], **new)
    global_ = await guide.change("createGuidePage", parentId=contacts, **new)
    other = await guide.change("createGuidePage", companyId=north, parentId=contacts, **new)

    assert [each["errors"][0]["field"] for each in (below, global_, other)] == [["parentId"]] * 3


async def test_a_page_is_given_only_to_a_company_that_is_there(guide: Any, gone: UUID) -> None:
    new = {"slug": "x", "translations": [{"locale": "en", "title": "X"}]}

    for nowhere in (uuid7(), gone):
        refused = await guide.change("createGuidePage", companyId=nowhere, **new)
        assert [(error["code"], error["field"]) for error in refused["errors"]] == [("NOT_FOUND", ["companyId"])]
    assert await guide.slugs(guide.manager, drafts=True) == ["first", "second"]


async def test_an_event_of_a_company_s_page_is_that_company_s(guide: Any, contacts: UUID, company: UUID) -> None:
    events = await guide.service.events()

    assert [each.company_id for each in events if each.subject == contacts] == [company] * 3


async def counts(guide: Any, actor: Actor) -> list[int]:
    async with guide.service.database.read(actor, through=DRAFTS) as session:
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


async def test_the_walls_hold_without_any_condition(
    guide: Any, contacts: UUID, company_manager: Actor, colleague: Actor
) -> None:
    assert await counts(guide, user({"directory.manage": EVERY_COMPANY})) == [4, 5, 5, 4, 9]
    assert await counts(guide, company_manager) == [4, 2, 5, 2, 5]
    assert await counts(guide, colleague) == [4, 0, 5, 0, 0]
    assert await counts(guide, user({"directory.manage": [uuid7()]})) == [2, 0, 3, 0, 0]
    assert await counts(guide, user()) == [2, 0, 3, 0, 0]


async def test_a_reader_s_session_sees_no_unpublished_page(guide: Any) -> None:
    await guide.made("createGuidePage", slug="secret", translations=[{"locale": "en", "title": "Secret"}])

    async with guide.service.database.read(guide.manager) as session:
        assert await session.scalar(select(func.count()).select_from(GuidePageRow)) == 2


@pytest.mark.parametrize("table", TABLES)
async def test_a_stranger_s_statement_changes_and_adds_nothing(guide: Any, contacts: UUID, table: Any) -> None:
    stranger, database = user({"directory.manage": [uuid7()]}), guide.service.database
    async with database.read(guide.manager, through=DRAFTS) as session:
        row = (await session.execute(select(table.__table__).limit(1))).one()._asdict()

    if "append_only" not in table.__table__.info:
        async with database.work(stranger) as work:
            result: Any = await work.session.execute(update(table).values({"company_id": uuid7()}))
            assert result.rowcount == 0
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.work(stranger) as work:
            await work.session.execute(insert(table).values(row))


@pytest.mark.parametrize("table", ["guide_version", "guide_change"])
async def test_what_was_published_and_done_is_never_altered(guide: Any, table: str) -> None:
    for statement in (f"UPDATE {table} SET actor_kind = 'x'", f"DELETE FROM {table}"):  # noqa: S608  # written above
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with guide.service.database.work(guide.manager) as work:
                await work.session.execute(text(statement))
