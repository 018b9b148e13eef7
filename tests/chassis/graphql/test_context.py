"""What resolvers get: changes that are traced back to their request, and nothing loaded before a change."""

from sqlalchemy import text

from chassis.access import EVERY_COMPANY
from chassis.database import Cause, Database
from chassis.graphql.context import GraphRequest, Made, RequestContext
from chassis.identifiers import uuid7
from tests.support.things import change_thing, user

ACTOR = user(view=EVERY_COMPANY, add=EVERY_COMPANY, edit=EVERY_COMPANY)
CAUSE = Cause(request_id="r-1", traceparent="00-a-b-01")


class Context(RequestContext):
    numbers = Made[list[int]](lambda _: [])


async def test_a_change_is_traced_back_to_its_request(database: Database) -> None:
    context = Context(GraphRequest(ACTOR, CAUSE), database)
    async with context.work() as work:
        await change_thing(uuid7(), uuid7(), work)
    async with context.read() as session:
        rows = (await session.execute(text("SELECT request_id, traceparent, causation_id FROM event"))).all()
    assert rows == [("r-1", "00-a-b-01", None)]


async def test_after_a_change_everything_is_loaded_anew(database: Database) -> None:
    context = Context(GraphRequest(ACTOR, CAUSE), database)
    context.numbers.append(1)
    async with context.work() as work:
        await change_thing(uuid7(), uuid7(), work)
        assert context.numbers == [1]
    assert context.numbers == []
