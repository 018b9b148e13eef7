"""Tags in use: how many incidents have each, for whom, whatever happens to the incidents."""

from typing import Final
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.access import Actor
from services.incidents.persistence.tag_rows import TagRow
from tests.support.casebook import CONFIDE, DELETE, EDIT, SHOW, Casebook
from tests.support.restricted import ada, bob
from tests.support.services import SYSTEM

TAGS: Final = """query ($companyIds: [ID!], $prefix: String! = "", $first: Int! = 20) {
    incidentTags(companyIds: $companyIds, prefix: $prefix, first: $first) { tag number } }"""


async def tags(casebook: Casebook, actor: Actor, **asked: object) -> list[tuple[str, int]]:
    found = await casebook.service.data(TAGS, actor, **asked)
    return [(each["tag"], each["number"]) for each in found["incidentTags"]]


async def test_the_most_used_come_first_of_the_companies_one_sees(casebook: Casebook) -> None:
    boss = casebook.administrator()
    await casebook.register_many(boss, [
        {"title": "First", "company": {"code": "ACME"}, "tags": ["phishing", 'tlp:source="mail"']},
        {"title": "Second", "company": {"code": "ACME"}, "tags": ["phishing", "Gate"]},
        {"title": "Third", "company": {"code": "NORTH"}, "tags": ["phishing", "north"]},
    ])  # fmt: skip
    both = casebook.officer(casebook.acme, casebook.north)

    assert await tags(casebook, ada(casebook)) == [("phishing", 2), ("Gate", 1), ('tlp:source="mail"', 1)]
    for actor in (both, boss):
        assert await tags(casebook, actor, first=2) == [("phishing", 3), ("Gate", 1)]
        assert await tags(casebook, actor, companyIds=[str(casebook.north)]) == [("north", 1), ("phishing", 1)]
    assert await tags(casebook, ada(casebook), companyIds=[]) == []
    assert await tags(casebook, ada(casebook), companyIds=[str(casebook.north)]) == []


async def test_a_prefix_is_taken_as_written(casebook: Casebook) -> None:
    await casebook.register(ada(casebook), tags=["a%b", "a_b", "ab", "Ab", "a", 'a:b="c"'])

    assert [tag for tag, _ in await tags(casebook, ada(casebook), prefix="a")] == ["a", "a%b", 'a:b="c"', "a_b", "ab"]
    assert await tags(casebook, ada(casebook), prefix="a%") == [("a%b", 1)]
    assert await tags(casebook, ada(casebook), prefix="a:b=") == [('a:b="c"', 1)]
    assert await tags(casebook, ada(casebook), prefix="x") == []


async def test_numbers_follow_whatever_happens_to_the_incidents(casebook: Casebook) -> None:
    one, two = [await casebook.register(ada(casebook), tags=["x", "y"]) for _ in range(2)]

    await casebook.change(EDIT, ada(casebook), id=one["id"], expectedVersion=1, tags=["y", "z"])
    assert await tags(casebook, bob(casebook)) == [("y", 2), ("x", 1), ("z", 1)]
    await casebook.try_to(DELETE, ada(casebook), id=two["id"])
    assert await tags(casebook, bob(casebook)) == [("y", 1), ("z", 1)]
    await casebook.change(SHOW, ada(casebook), id=one["id"], visibility="RESTRICTED")
    assert await tags(casebook, bob(casebook)) == []
    assert await tags(casebook, ada(casebook)) == [("y", 1), ("z", 1)]
    await casebook.change(SHOW, ada(casebook), id=one["id"], visibility="COMPANY")
    assert await tags(casebook, bob(casebook)) == [("y", 1), ("z", 1)]
    await casebook.change(EDIT, ada(casebook), id=one["id"], expectedVersion=4, tags=[])
    async with casebook.service.database.read(SYSTEM) as session:
        assert (await session.scalars(select(TagRow))).all() == []


async def test_tags_of_restricted_incidents_are_there_for_members_and_who_sees_all(casebook: Casebook) -> None:
    secret = await casebook.register(ada(casebook), visibility="RESTRICTED", tags=["board", "x"])
    await casebook.register(bob(casebook), tags=["x"])
    supervisor = casebook.supervisor(casebook.acme)

    for actor in (ada(casebook), supervisor):
        assert await tags(casebook, actor) == [("x", 2), ("board", 1)]
        assert await tags(casebook, actor, prefix="b") == [("board", 1)]
    for actor in (bob(casebook), casebook.reader(casebook.acme)):
        assert await tags(casebook, actor) == [("x", 1)]
        assert await tags(casebook, actor, prefix="b") == []
    await casebook.change(CONFIDE, ada(casebook), id=secret["id"], addMembers=[str(casebook.bob)])
    assert await tags(casebook, bob(casebook)) == await tags(casebook, supervisor) == [("x", 2), ("board", 1)]


async def test_row_level_security_alone_keeps_them(casebook: Casebook) -> None:
    await casebook.register(ada(casebook), visibility="RESTRICTED", tags=["board"])

    async with casebook.service.database.read(bob(casebook)) as session:
        assert (await session.scalars(select(TagRow))).all() == []
    async with casebook.service.database.read(ada(casebook)) as session:
        assert {row.audience for row in await session.scalars(select(TagRow))} == {UUID(str(casebook.ada))}


@pytest.mark.parametrize(
    "given", [{"first": 0}, {"first": 101}, {"prefix": "x" * 65}, {"prefix": "\x00"}, {"companyIds": ["no id"]}]
)
async def test_bad_input_is_refused(casebook: Casebook, given: dict[str, object]) -> None:
    answer = await casebook.service.graph(TAGS, ada(casebook), **given)

    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


async def test_suggesting_is_one_statement_however_many_companies_one_sees(casebook: Casebook) -> None:
    await casebook.register(ada(casebook), tags=["x"])

    with casebook.service.statements() as statements:
        await tags(casebook, casebook.administrator())

    assert len(statements) == 1
