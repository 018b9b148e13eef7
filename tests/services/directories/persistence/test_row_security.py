"""What the database itself lets through, whatever a query forgets."""

from contextlib import nullcontext
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from services.directories.persistence.rows import EntryRow, TranslationRow
from services.directories.persistence.translation_source import keep_source_locale
from tests.support.defaults import DEFAULTS, TEXTS
from tests.support.services import RunningService, user

SYSTEM = Actor.system("test", EVERY_COMPANY)


def new_entry(company: UUID | None) -> EntryRow:
    return EntryRow(
        id=uuid7(), version=1, sequence=1, kind="classification", code="acme-only", color="#000000", sort_order=0,
        active=True, visible=True, is_initial=False, is_final=False, company_id=company,
    )  # fmt: skip


@pytest.fixture
async def owned(directories: RunningService) -> EntryRow:
    """An entry of one company, with a name."""
    entry = new_entry(uuid7())
    async with directories.database.work(SYSTEM) as work:
        work.session.add(entry)
        await work.session.flush()
        work.session.add(TranslationRow(entry_id=entry.id, locale="en", name="Ours"))
    return entry


async def seen(directories: RunningService, actor: Actor) -> tuple[int, int]:
    """How many entries and translations there are for the actor."""
    async with directories.database.read(actor) as session:
        entries = await session.scalar(select(func.count()).select_from(EntryRow))
        translations = await session.scalar(select(func.count()).select_from(TranslationRow))
    return entries or 0, translations or 0


async def test_everybody_reads_the_global_entries_and_only_the_company_s_own_reads_its(
    directories: RunningService, owned: EntryRow
) -> None:
    assert owned.company_id is not None

    assert await seen(directories, user()) == (DEFAULTS, TEXTS)
    assert await seen(directories, user({"incident.add": [uuid7()]})) == (DEFAULTS, TEXTS)
    assert await seen(directories, user({"incident.add": [owned.company_id]})) == (DEFAULTS + 1, TEXTS + 1)
    assert await seen(directories, SYSTEM) == (DEFAULTS + 1, TEXTS + 1)


async def test_the_service_does_not_show_a_company_s_entry_to_others(
    directories: RunningService, owned: EntryRow
) -> None:
    query = "{ classifications { code } }"

    own = await directories.data(query, user({"incident.view": [owned.company_id or uuid7()]}))
    foreign = await directories.data(query, user({"incident.view": [uuid7()]}))

    assert {"code": "acme-only"} in own["classifications"]
    assert {"code": "acme-only"} not in foreign["classifications"]
    found = await directories.entities("Classification", [owned.id], "code", user())
    assert found == [None]


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_global_entry_is_changed_only_by_who_manages_every_company(
    directories: RunningService, ids: dict[str, UUID], everywhere: bool
) -> None:
    actor = user({"directory.manage": EVERY_COMPANY if everywhere else [uuid7()]})
    statement = text("UPDATE entry SET color = '#000000' WHERE id = :id RETURNING id")

    async with directories.database.work(actor) as work:
        changed = (await work.session.execute(statement, {"id": ids["fraud"]})).all()

    assert len(changed) == int(everywhere)


@pytest.mark.parametrize(
    ("change", "passes"),
    [("version = 2, sequence = 2", True), ("valid_to = '2031-01-02'", False), ("version = 2, active = false", False)],
)
async def test_who_only_reviews_raises_the_version_of_an_entry_and_changes_nothing_else(
    directories: RunningService, owned: EntryRow, change: str, passes: bool
) -> None:
    statement = text(f"UPDATE entry SET {change} WHERE id = :id RETURNING id")  # noqa: S608  # written above
    refused = nullcontext() if passes else pytest.raises(ProgrammingError, match="row-level security")

    with refused:
        async with directories.database.work(user({"translation.review": [owned.company_id or uuid7()]})) as work:
            assert len((await work.session.execute(statement, {"id": owned.id})).all()) == 1


@pytest.mark.parametrize(("locale", "changed"), [("en", 0), ("de", 1)])
async def test_who_only_reviews_changes_no_text_in_the_language_that_is_translated_from(
    directories: RunningService, owned: EntryRow, locale: str, changed: int
) -> None:
    async with directories.database.work(SYSTEM) as work:
        work.session.add(TranslationRow(entry_id=owned.id, locale="de", name="Unser"))
        await keep_source_locale(work.session, "en")
    statement = text("UPDATE translation SET name = 'x' WHERE entry_id = :id AND locale = :locale RETURNING name")

    async with directories.database.work(user({"translation.review": [owned.company_id or uuid7()]})) as work:
        renamed = (await work.session.execute(statement, {"id": owned.id, "locale": locale})).all()

    assert len(renamed) == changed


async def test_an_entry_is_not_moved_to_another_company_by_who_manages_one_of_the_two(
    directories: RunningService, owned: EntryRow
) -> None:
    ours, theirs = owned.company_id or uuid7(), uuid7()
    statement = text("UPDATE entry SET company_id = :theirs WHERE id = :id")

    for one, other in ((ours, theirs), (theirs, ours)):
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with directories.database.work(
                user({"directory.manage": [one], "translation.review": [other]})
            ) as work:
                await work.session.execute(statement, {"id": owned.id, "theirs": theirs})


async def test_nothing_global_is_added_by_who_manages_one_company(
    directories: RunningService, ids: dict[str, UUID]
) -> None:
    actor = user({"directory.manage": [uuid7()]})

    for added in (new_entry(None), TranslationRow(entry_id=ids["fraud"], locale="it", name="Frode")):
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with directories.database.work(actor) as work:
                work.session.add(added)


async def test_a_translation_of_a_global_entry_stays_with_who_manages_one_company(
    directories: RunningService, ids: dict[str, UUID]
) -> None:
    async with directories.database.work(user({"directory.manage": [uuid7()]})) as work:
        await work.session.execute(text("DELETE FROM translation"))
        await work.session.execute(text("UPDATE translation SET name = 'x'"))

    assert await seen(directories, user()) == (DEFAULTS, TEXTS)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("rank = 1", "ck_entry_rank"),
        ("parent_id = id", "ck_entry_parent"),
        ("category = 'NEW'", "ck_entry_category"),
        ("is_initial = true", "ck_entry_initial"),
        ("color = 'red'", "ck_entry_color"),
        ("code = 'test'", "uq_entry_kind_code"),
    ],
)
async def test_an_entry_that_makes_no_sense_cannot_be_stored(
    directories: RunningService, ids: dict[str, UUID], change: str, constraint: str
) -> None:
    with pytest.raises(DBAPIError, match=constraint):
        async with directories.database.work(SYSTEM) as work:
            await work.session.execute(text(f"UPDATE entry SET {change} WHERE id = :id"), {"id": ids["fraud"]})  # noqa: S608  # written above
