"""Searching incidents: what is found, in which order, by whom, and why; and that it stays so as incidents change."""

import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis.access import Actor
from chassis.errors import Invalid
from chassis.graphql.connection import encode
from services.incidents.domain.languages import configurations
from services.incidents.domain.search import search_of
from services.incidents.persistence.search import query_of
from tests.support.casebook import (
    DELETE,
    DELETE_COMMENT,
    EDIT,
    EDIT_COMMENT,
    SHOW,
    SYSTEM,
    Casebook,
)
from tests.support.services import Json, user

SEARCH = """
query ($search: String!, $filter: IncidentFilter, $first: Int, $after: String, $last: Int, $before: String) {
    searchIncidents(search: $search, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        nodes { incident { id title } rank matches { field pieces { text matched } } }
        totalCount complete pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
"""
_FOUND = text("SELECT incident_id FROM search_incidents(CAST('notebook' AS tsquery), NULL, 100)")


@pytest.fixture
def officer(casebook: Casebook) -> Actor:
    return casebook.officer(casebook.acme)


async def search(casebook: Casebook, actor: Actor, typed: str, **more: Any) -> Json:
    found: Json = (await casebook.service.data(SEARCH, actor, search=typed, **more))["searchIncidents"]
    return found


async def titles(casebook: Casebook, actor: Actor, typed: str, **more: Any) -> list[str]:
    """The best first; the count must agree."""
    found = await search(casebook, actor, typed, **more)
    assert found["totalCount"] == len(found["nodes"])
    assert found["complete"] is True
    return [node["incident"]["title"] for node in found["nodes"]]


def passages(node: Json) -> list[tuple[str, str]]:
    """With what was found in brackets."""
    return [
        (match["field"], "".join(f"[{p['text']}]" if p["matched"] else p["text"] for p in match["pieces"]))
        for match in node["matches"]
    ]


async def test_words_are_found_in_all_their_forms_wherever_they_stand(casebook: Casebook, officer: Actor) -> None:
    await casebook.register(officer, "Stolen notebooks", language="en")
    await casebook.register(officer, "Festplatten verschwunden", language="de-AT", description="Zwei **Häuser**")
    await casebook.register(officer, "Фишинговые письма", language="ru", tags=["Bank-42"])
    said = await casebook.register(officer, "Something", language="en")
    await casebook.say(officer, said, "The crew was phished")

    cases = [
        ("notebook", ["Stolen notebooks"]),
        ("NOTEBOOKS", ["Stolen notebooks"]),
        ("note", ["Stolen notebooks"]),
        ("note ", []),
        ("stole notebook", []),
        ("notebook stol", ["Stolen notebooks"]),
        ('"stolen notebooks"', ["Stolen notebooks"]),
        ('"notebooks stolen"', []),
        ("festplatte", ["Festplatten verschwunden"]),
        ("haus", ["Festplatten verschwunden"]),
        ("häusern ", ["Festplatten verschwunden"]),
        ("письмо", ["Фишинговые письма"]),
        ("bank-42", ["Фишинговые письма"]),
        ("phishing ", ["Something"]),
        ("something -phishing", []),
        ('something -"phished crew"', ["Something"]),
        ("notebook -stolen", []),
        ("'notebook", ["Stolen notebooks"]),
        ("unheard-of", []),
    ]
    assert [(typed, await titles(casebook, officer, typed)) for typed, _ in cases] == cases


async def test_the_title_counts_more_than_the_rest_and_a_reference_most(casebook: Casebook, officer: Actor) -> None:
    await casebook.register(officer, "First", description="A worm was seen")
    second = await casebook.register(officer, "Worm")
    third = await casebook.register(officer, "Third")
    await casebook.say(officer, third, f"Like the worm in {second['reference']}")

    assert await titles(casebook, officer, "worm") == ["Worm", "First", "Third"]
    assert await titles(casebook, officer, second["reference"].lower()) == ["Worm", "Third"]
    found = await search(casebook, officer, second["reference"])
    assert found["nodes"][0]["rank"] == 1000


async def test_passages_are_told_piece_by_piece_as_they_were_written(casebook: Casebook, officer: Actor) -> None:
    """Marks of other languages are signs like others; long texts lose what stands between words at their ends."""
    incident = await casebook.register(
        officer, "<b>Notebook</b> *lost*", description='Two of the "notebooks" & one mouse', language="en"
    )
    await casebook.say(officer, incident, "a \x02notebook\x03 \x04 of mine")

    (node,) = (await search(casebook, officer, "notebook"))["nodes"]

    assert passages(node) == [
        ("TITLE", "<b>[Notebook]</b> *lost*"),
        ("DESCRIPTION", '[notebooks]" & one mouse'),
        ("COMMENTS", "[notebook]  of mine"),
    ]


async def test_what_changes_is_found_as_it_is_now(casebook: Casebook, officer: Actor) -> None:
    incident = await casebook.register(officer, "Alpha", language="en")
    comment = await casebook.say(officer, incident, "Beta")
    await casebook.say(officer, incident, "Gamma")

    async def found() -> set[str]:
        words = ("alpha", "beta", "gamma", "delta", "epsilon")
        return {word for word in words if await titles(casebook, officer, word)}

    assert await found() == {"alpha", "beta", "gamma"}
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, title="Delta")
    assert await found() == {"delta", "beta", "gamma"}
    await casebook.try_to(EDIT_COMMENT, officer, id=comment["id"], expectedVersion=1, body="Epsilon")
    assert await found() == {"delta", "epsilon", "gamma"}
    await casebook.try_to(DELETE_COMMENT, officer, id=comment["id"])
    assert await found() == {"delta", "gamma"}
    assert (await casebook.try_to(DELETE, officer, id=incident["id"]))["errors"] == []
    assert await found() == set()


async def test_what_is_restricted_is_found_by_those_alone_who_see_it(casebook: Casebook, officer: Actor) -> None:
    incident = await casebook.register(officer, "Secret notebook")
    await casebook.say(officer, incident, "Whistleblower")
    other = casebook.officer(casebook.acme)
    overseer = user({each: [casebook.acme] for each in ("incident.view", "incident.view_restricted")})
    payload = await casebook.try_to(SHOW, officer, id=incident["id"], visibility="RESTRICTED")
    assert payload["errors"] == []

    for typed in ("notebook", "whistleblower", incident["reference"]):
        assert await titles(casebook, officer, typed) == ["Secret notebook"]
        assert await titles(casebook, overseer, typed) == ["Secret notebook"]
        assert await titles(casebook, other, typed) == []
    await casebook.try_to(SHOW, officer, id=incident["id"], visibility="COMPANY")
    assert await titles(casebook, other, "whistleblower") == ["Secret notebook"]


async def test_what_is_foreign_is_found_no_more_than_what_is_not_there(casebook: Casebook, officer: Actor) -> None:
    incident = await casebook.register(officer, "Notebook of ACME")
    stranger = casebook.officer(casebook.north)
    asked: Sequence[dict[str, Any]] = [
        {"typed": "notebook"},
        {"typed": incident["reference"]},
        {"typed": "notebook", "filter": {"companyIds": [str(casebook.acme)]}},
        {"typed": "notebook", "filter": {"companyIds": [str(uuid4())]}},
        {"typed": "nothing"},
    ]

    answers = [await search(casebook, stranger, **each) for each in asked]

    assert answers == [answers[-1]] * len(asked)
    assert answers[-1]["nodes"] == []
    assert answers[-1]["totalCount"] == 0


async def test_the_function_alone_shows_nothing_but_what_the_settings_open(casebook: Casebook, officer: Actor) -> None:
    """Without the conditions of the query; and nobody but its owner reads the table."""
    own = await casebook.register(officer, "Notebook of ACME")
    payload = await casebook.try_to(SHOW, officer, id=own["id"], visibility="RESTRICTED")
    assert payload["errors"] == []
    foreign = await casebook.register(casebook.officer(casebook.north), "Notebook of NORTH")
    database = casebook.service.database

    async def seen(actor: Actor) -> set[UUID]:
        async with database.read(actor) as session:
            return set((await session.execute(_FOUND)).scalars())

    assert await seen(officer) == {UUID(own["id"])}
    assert await seen(casebook.officer(casebook.acme)) == set()
    assert await seen(casebook.officer(casebook.north)) == {UUID(foreign["id"])}
    assert await seen(casebook.administrator()) >= {UUID(foreign["id"])}
    assert await seen(user()) == set()
    async with database.engine.connect() as connection:
        assert (await connection.execute(_FOUND)).all() == []
    for statement in ("SELECT 1 FROM incident_search", "DELETE FROM incident_search", "TRUNCATE incident_search"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with database.work(SYSTEM) as work:
                await work.session.execute(text(statement))


async def test_a_filter_leaves_out_what_else_would_be_found(casebook: Casebook, officer: Actor) -> None:
    await casebook.register(officer, "Notebook one", severity={"code": "high"})
    await casebook.register(officer, "Notebook two")

    assert await titles(casebook, officer, "notebook", filter={"severities": [{"code": "high"}]}) == ["Notebook one"]
    assert await titles(casebook, officer, "notebook", filter={"missing": ["SEVERITY"]}) == ["Notebook two"]


async def test_pages_of_hits_go_on_and_back(casebook: Casebook, officer: Actor) -> None:
    made = [(await casebook.register(officer, f"Notebook {number}"))["id"] for number in range(7)][::-1]

    async def page(**more: Any) -> tuple[list[str], Json]:
        found = await search(casebook, officer, "notebook", **more)
        assert found["totalCount"] == 7
        return [node["incident"]["id"] for node in found["nodes"]], found["pageInfo"]

    first, at_first = await page(first=3)
    second, at_second = await page(first=3, after=at_first["endCursor"])
    back, at_back = await page(last=3, before=at_second["startCursor"])
    end, _ = await page(last=1)

    assert [first, second, back, end] == [made[:3], made[3:6], made[:3], made[6:]]
    assert (at_back["hasPreviousPage"], at_back["hasNextPage"]) == (False, True)


async def test_more_than_can_be_ranked_is_told(
    casebook: Casebook, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.incidents.persistence.search.MOST_RANKED", 3)
    made = [(await casebook.register(officer, "Notebook"))["id"] for _ in range(5)]

    found = await search(casebook, officer, "notebook")

    assert found["complete"] is False
    assert [node["incident"]["id"] for node in found["nodes"]] == made[:0:-1]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"search": ""}, ["search"]),
        ({"search": "-notebook"}, ["search"]),
        ({"search": "the of and "}, ["search"]),
        ({"search": "x" * 201}, ["search"]),
        ({"search": "worm", "first": 0}, ["first"]),
        ({"search": "worm", "after": encode(["x", str(uuid4())], "RANK")}, ["after"]),
        ({"search": "worm", "after": encode([1.5], "RANK")}, ["after"]),
        ({"search": "worm", "filter": {"companyIds": ["no id"]}}, ["filter", "companyIds"]),
    ],
)
async def test_a_bad_search_is_refused_with_its_field(
    casebook: Casebook, officer: Actor, arguments: Json, field: list[str]
) -> None:
    answer = await casebook.service.graph(SEARCH, officer, **arguments)

    assert answer["data"] == {"searchIncidents": None}
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID", "field": field}]


async def test_no_sign_is_one_of_the_language_of_queries(casebook: Casebook, officer: Actor) -> None:
    """Hundreds of odd texts, each read by the database as words and nothing else."""
    draw = random.Random(7)  # noqa: S311  # drawn for a test
    signs = "ab \"'-&|!:*()<>\\%_@#/.,;[]{}0aé中"
    async with casebook.service.database.read(officer) as session:
        for _ in range(300):
            typed = "".join(draw.choices(signs, k=draw.randrange(1, 25)))
            try:
                wanted = search_of(typed)
            except Invalid:
                continue
            query = await query_of(wanted, configurations(["en"]), session)
            assert query is None or await session.scalar(select(text("numnode(CAST(:q AS tsquery))")), {"q": query})


async def test_hits_cost_as_many_statements_for_fifty_as_for_one(casebook: Casebook, officer: Actor) -> None:
    await casebook.register_many(officer, [{"title": f"Notebook {i}", "company": {"code": "ACME"}} for i in range(50)])
    counts = []
    for first in (1, 50):
        with casebook.service.statements() as seen:
            found = await search(casebook, officer, "notebook", first=first)
        assert len(found["nodes"]) == first
        counts.append(len(seen))

    assert counts == [4, 4]


async def test_the_longest_texts_are_registered_and_found_by_their_beginnings(
    casebook: Casebook, officer: Actor
) -> None:
    words = " ".join(f"{number:x}дом" for number in range(20_000))[:100_000]

    await casebook.register(officer, "Long", description=words, language="ru")

    assert await titles(casebook, officer, "1дом") == ["Long"]
