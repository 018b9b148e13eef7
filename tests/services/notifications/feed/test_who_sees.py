"""Who sees which events of the feed: by the query, by the wall of the table alone, and by the rule for what is new."""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, insert, select, true, update
from sqlalchemy.exc import DBAPIError

from chassis.access import EVERY_COMPANY, Actor
from deploy.local.postgres import PostgresServer
from deploy.local.provision import DatabaseUrls
from services.access.domain.permissions import NAMES
from services.notifications.__main__ import SERVICE
from services.notifications.persistence.feed import Feed
from services.notifications.persistence.feed_rows import FeedArrivalRow
from services.notifications.usecases.read_feed import Asked, PublicFeed
from tests.support.events import make_event
from tests.support.feed import Tell
from tests.support.incidents import Incidents
from tests.support.services import SYSTEM, RunningService, user
from tests.support.wall_less import without_walls

MINE, ELSEWHERE, ADA = uuid4(), uuid4(), uuid4()
VIEW, ALL_RESTRICTED = "incident.view", "incident.view_restricted"
READERS: Mapping[str, tuple[Actor, set[str]]] = {
    "viewer": (user({VIEW: [MINE]}), {"open", "file", "team", "company", "locale"}),
    "viewer of both": (
        user({VIEW: [MINE, ELSEWHERE]}),
        {"open", "file", "team", "company", "locale", "their open", "their team"},
    ),
    "of every company": (
        user({VIEW: EVERY_COMPANY, ALL_RESTRICTED: EVERY_COMPANY}),
        {"open", "file", "team", "company", "locale", "secret", "its file", "their open", "their team"},
    ),
    "member": (user({VIEW: [MINE]}, id=ADA), {"open", "file", "team", "company", "locale", "secret", "its file"}),
    "supervisor": (
        user({VIEW: [MINE], ALL_RESTRICTED: [MINE]}),
        {"open", "file", "team", "company", "locale", "secret", "its file"},
    ),
    "supervisor of others": (
        user({VIEW: [MINE], ALL_RESTRICTED: [ELSEWHERE]}),
        {"open", "file", "team", "company", "locale"},
    ),
    "member without the right to view": (user({"metrics.read": [MINE]}, id=ADA), {"team", "company", "locale"}),
    "reader of the audit": (user({"audit.read": [MINE]}), {"company", "locale"}),
    "holder of nothing": (user(), {"locale"}),
}


@pytest.fixture
async def names(incidents: Incidents, tell: Tell) -> Mapping[UUID, str]:
    """The events that there are, by their ids."""
    unseen = incidents.register(MINE)  # is open when it is told, and restricted afterwards
    told = {
        "open": incidents.register(MINE),
        "secret": incidents.register(MINE, members=[ADA]),
        "their open": incidents.register(ELSEWHERE),
        "team": make_event(source="access", type="team.changed.v1", company_id=MINE),
        "their team": make_event(source="access", type="team.changed.v1", company_id=ELSEWHERE),
        "company": make_event(source="directories", type="directory.entry_changed.v1", company_id=MINE),
        "locale": make_event(source="directories", type="directory.locale_changed.v1", company_id=None),
    }
    files = {
        name: make_event(
            source="files",
            type="file.uploaded.v1",
            company_id=MINE,
            data={"incident_id": str(told[of].subject)},
            restricted=of == "secret",
        )
        for name, of in (("file", "open"), ("its file", "secret"))
    }
    hidden = incidents.show_to(unseen.subject, [uuid4()])
    await tell([*told.values(), unseen])
    await tell([hidden, *files.values()])
    return {event.id: name for name, event in {**told, **files, "unseen": unseen, "hidden": hidden}.items()}


@pytest.fixture
async def wall_less(
    service_databases: Mapping[str, DatabaseUrls],
    postgres_server: PostgresServer,
    signing_keys: Path,
    incidents: Incidents,
) -> AsyncIterator[RunningService]:
    urls = service_databases["notifications"]
    async with without_walls(SERVICE, urls, postgres_server, signing_keys) as made:
        made.transport.applications["incidents"] = incidents.published
        yield made


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("holds", ["both", "query alone", "wall alone"])
async def test_pages_show_each_reader_what_is_theirs(
    service: RunningService,
    wall_less: RunningService,
    names: Mapping[UUID, str],
    monkeypatch: pytest.MonkeyPatch,
    reader: str,
    holds: str,
) -> None:
    if holds == "wall alone":
        monkeypatch.setattr(Feed, "_visible", lambda _: true())
    actor, theirs = READERS[reader]
    database = (wall_less if holds == "query alone" else service).database
    page = await PublicFeed(database).page(actor, Asked(), 100)
    expected = theirs | ({"unseen", "hidden"} if reader in {"of every company", "supervisor"} else set())
    assert {names[seen.event.event_id] for seen in page.events} == expected
    assert not page.more


@pytest.mark.parametrize("reader", READERS)
async def test_who_listens_is_told_what_a_page_shows(
    feed: PublicFeed, names: Mapping[UUID, str], tell: Tell, incidents: Incidents, reader: str
) -> None:
    """All is told once more while somebody listens: the rule is then that of the listener and not the query's."""
    actor, _ = READERS[reader]
    shown = (await feed.page(actor, Asked(), 100)).events
    async with feed.tail.joined(actor, Asked().wanted()) as listener:
        before = listener.start
        subjects = {row["id"]: row for row in incidents.published.rows["incident"]}
        await tell([incidents.update(UUID(subject)) for subject in subjects])
        last = make_event(source="directories", type="directory.locale_changed.v1", company_id=None)
        await tell([last])
        told = [await listener.waiting.get()]
        while told[-1].event_id != last.id:
            told.append(await listener.waiting.get())
    await feed.tail.close()
    again = (await feed.page(actor, Asked(), 100)).events[len(shown) :]
    assert [event.event_id for event in told] == [seen.event.event_id for seen in again]
    assert all(event.position > before for event in told)
    assert names


async def test_numbers_of_restricted_incidents_are_for_those_who_see_all_of_them(
    feed: PublicFeed, names: Mapping[UUID, str]
) -> None:
    def numbered(page: object) -> dict[str, bool]:
        return {names[seen.event.event_id]: seen.numbered for seen in page.events}  # type: ignore[attr-defined]

    member, supervisor = READERS["member"][0], READERS["supervisor"][0]
    shown = numbered(await feed.page(member, Asked(), 100))
    assert not shown["secret"]
    assert shown["open"]
    assert all(numbered(await feed.page(supervisor, Asked(), 100)).values())


async def test_what_has_no_place_yet_is_nobody_s(service: RunningService) -> None:
    """Not even of who holds everything everywhere: only what events do reaches it."""
    everything = user(dict.fromkeys(NAMES, EVERY_COMPANY))
    row = {"company_id": MINE, **_ARRIVAL}
    async with service.database.work(SYSTEM) as work:
        await work.session.execute(insert(FeedArrivalRow).values(**row))
    async with service.database.work(everything) as work:
        assert await work.session.scalar(select(func.count()).select_from(FeedArrivalRow)) == 0
        for statement in (delete(FeedArrivalRow), update(FeedArrivalRow).values(type="x")):
            with suppress(DBAPIError):
                async with work.session.begin_nested():
                    result = await work.session.execute(statement)
                    assert result.rowcount == 0  # type: ignore[attr-defined]
    with pytest.raises(DBAPIError, match="row-level security"):
        async with service.database.work(everything) as work:
            await work.session.execute(insert(FeedArrivalRow).values(**row))
    async with service.database.work(SYSTEM) as work:
        assert await work.session.scalar(select(FeedArrivalRow.type)) == _ARRIVAL["type"]


_ARRIVAL = {
    "event_id": uuid4(),
    "source": "access",
    "type": "team.changed.v1",
    "subject": uuid4(),
    "stream": "units",
    "sequence": 1,
    "time": datetime.now(UTC),
    "data": {},
}
