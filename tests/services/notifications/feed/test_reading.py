"""Pages of the feed: behind a cursor, from a time on, of some companies and types; nothing twice, nothing left out."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chassis.errors import Invalid
from services.notifications.domain.cursors import Cursors
from services.notifications.persistence import feed as reading
from services.notifications.usecases.read_feed import Asked, PublicFeed
from tests.support.events import make_event
from tests.support.feed import Tell, whole_feed
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user

MINE, ALSO_MINE, ELSEWHERE = uuid4(), uuid4(), uuid4()
READER = user({"incident.view": [MINE, ALSO_MINE]})
EVENTS = """
query ($after: String, $since: DateTime, $companies: [ID!], $types: [String!], $first: Int! = 50) {
  events(after: $after, since: $since, companyIds: $companies, types: $types, first: $first) {
    nodes { id type source subject sequence number stream company { id } incident { id } time recordedAt data cursor }
    cursor hasMore
  }
}
"""


async def ask(service: RunningService, **variables: Any) -> Any:
    return (await service.data(EVENTS, READER, **variables))["events"]


async def test_the_graph_tells_an_event_whole(service: RunningService, incidents: Incidents, tell: Tell) -> None:
    event = incidents.register(MINE)
    await tell([event])
    (told,) = (await ask(service))["nodes"]
    assert told.pop("recordedAt") >= told["time"]
    assert told == {
        "id": str(event.id),
        "type": "incident.registered.v1",
        "source": "incidents",
        "subject": str(event.subject),
        "sequence": "00000000000000000001",
        "number": "00000000000000000001",
        "stream": "INCIDENTS",
        "company": {"id": str(MINE)},
        "incident": {"id": str(event.subject)},
        "time": event.time.isoformat(),
        "data": event.data,
        "cursor": told["cursor"],
    }


@pytest.mark.parametrize("first", [1, 2, 3, 100])
async def test_pages_follow_one_another_without_gap_or_repetition(
    service: RunningService, incidents: Incidents, tell: Tell, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a page looks at no more than two positions, of which most are of others."""
    monkeypatch.setattr(reading, "_LOOKED_AT", 2)
    registered = [incidents.register(company) for company in [MINE, *[ELSEWHERE] * 5, ALSO_MINE, MINE, ELSEWHERE] * 2]
    await tell(registered)
    seen, page = [], await ask(service, first=first)
    while True:
        assert len(page["nodes"]) <= first
        seen += [each["id"] for each in page["nodes"]]
        if not page["hasMore"]:
            break
        page = await ask(service, first=first, after=page["cursor"])
    assert seen == [str(row.event_id) for row in await whole_feed(service) if row.company_id != ELSEWHERE]
    assert len(seen) == 6
    await tell([late := incidents.register(MINE)])
    behind = await ask(service, after=page["cursor"])
    assert [each["id"] for each in behind["nodes"]] == [str(late.id)]


async def test_a_cursor_of_an_event_goes_on_behind_it(
    service: RunningService, incidents: Incidents, tell: Tell
) -> None:
    await tell([incidents.register(MINE) for _ in range(3)])
    nodes = (await ask(service))["nodes"]
    assert [each["id"] for each in (await ask(service, after=nodes[0]["cursor"]))["nodes"]] == [
        each["id"] for each in nodes[1:]
    ]


async def test_companies_and_types_narrow_what_is_told(
    service: RunningService, incidents: Incidents, tell: Tell
) -> None:
    mine, other, foreign = (incidents.register(company) for company in (MINE, ALSO_MINE, ELSEWHERE))
    changed = incidents.update(mine.subject)
    await tell([mine, other, foreign, changed])

    async def told(**asked: Any) -> list[str]:
        return [each["id"] for each in (await ask(service, **asked))["nodes"]]

    assert await told(companies=[str(ALSO_MINE)]) == [str(other.id)]
    assert await told(companies=[str(ELSEWHERE)]) == []
    assert await told(companies=[]) == []
    assert set(await told(types=["incident.updated.v1"])) == {str(changed.id)}
    assert set(await told(types=["org.incidentregistry.incident.updated.v1"])) == {str(changed.id)}


async def test_a_time_is_where_to_begin(service: RunningService, incidents: Incidents, tell: Tell) -> None:
    await tell([incidents.register(MINE)])
    await tell([incidents.register(ELSEWHERE), incidents.register(MINE)])
    rows = await whole_feed(service)
    later = await ask(service, since=rows[1].recorded_at.isoformat())
    assert [each["id"] for each in later["nodes"]] == [str(row.event_id) for row in rows[1:] if row.company_id == MINE]
    future = await ask(service, since=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    assert future["nodes"] == []
    await tell([late := incidents.register(MINE)])
    assert [each["id"] for each in (await ask(service, after=future["cursor"]))["nodes"]] == [str(late.id)]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"after": "x"}, "after"),
        ({"after": ""}, "after"),
        ({"after": "A" * 22}, "after"),
        ({"after": "é" * 22}, "after"),
        ({"after": "=" * 22}, "after"),
        ({"types": ["incident.imagined.v1"]}, "types"),
        ({"types": ["users.changed.v1"]}, "types"),
        ({"companies": ["none"]}, "companyIds"),
        ({"first": 0}, "first"),
        ({"first": 501}, "first"),
    ],
)
async def test_what_is_none_is_refused_by_its_name(service: RunningService, asked: dict[str, Any], field: str) -> None:
    answer = await service.graph(EVENTS, READER, **asked)
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "INVALID", "field": [field]}


async def test_nobody_but_us_makes_cursors(feed: PublicFeed) -> None:
    with pytest.raises(Invalid, match="after is no cursor"):
        await feed.page(READER, Asked(after=Cursors(bytes(32)).written(1)), 1)


def test_cursors_tell_nothing_and_are_read_again() -> None:
    cursors = Cursors(bytes(range(32)))
    written = [cursors.written(position) for position in range(200)]
    assert [cursors.read(text, field="after") for text in written] == list(range(200))
    assert len({cursors.written(7) for _ in range(200)}) == 200
    assert written != sorted(written)
    assert {len(text) for text in written} == {22}


async def test_a_page_takes_the_same_statements_however_much_it_shows(
    service: RunningService, incidents: Incidents, tell: Tell
) -> None:
    await tell([incidents.register(MINE) for _ in range(3)])
    await ask(service)
    counted = []
    for first in (1, 3):
        with service.statements() as seen:
            await ask(service, first=first)
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 4


async def test_what_is_told_of_an_unknown_type_of_event_is_left_alone(service: RunningService, tell: Tell) -> None:
    """A newer service may tell what this one knows nothing of: nobody listens to it."""
    await tell([make_event(source="incidents", type="incident.imagined.v1")])
    assert await whole_feed(service) == []
