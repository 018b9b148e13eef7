"""Events of one subgraph, made whole by the others."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from chassis.transport import InProcessTransport
from gateway.executor import Ended, Engine, Limits, Terms
from gateway.planner import PlanningError, plan_text
from tests.support.subgraphs import Subgraph
from tests.support.teller import Teller

NEWS = Path(__file__).parent / "news"
WHOLE = "subscription { published { headline author { name } reads } }"
RAIN = {"headline": "Rain", "author": {"name": "Aigul"}, "reads": 12}
SUN = {"headline": "Sun", "author": {"name": "Sigrid"}, "reads": 7}

TWO_TELLERS = """
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query subscription: Subscription }
    enum join__Graph {
      A @join__graph(name: "a", url: "http://a/graphql")
      B @join__graph(name: "b", url: "http://b/graphql")
    }
    type Query @join__type(graph: A) { now: Tick }
    type Subscription @join__type(graph: A) @join__type(graph: B) { tick: Tick }
    type Tick @join__type(graph: A) @join__type(graph: B) {
      a: Int @join__field(graph: A)
      b: Int @join__field(graph: B)
    }
"""


class News:
    """The engine before a subgraph that tells events and two that know more of what it tells of."""

    def __init__(self, **limits: Any) -> None:
        def read(name: str) -> Subgraph:
            path = NEWS / "subgraphs" / name
            return Subgraph(
                path.with_suffix(".graphql").read_text(), orjson.loads(path.with_suffix(".json").read_bytes())
            )

        self.people, self.readers = read("people"), read("readers")
        self.press = Teller(read("press"))
        transport = InProcessTransport({"press": self.press, "people": self.people, "readers": self.readers})
        self.engine = Engine((NEWS / "supergraph.graphql").read_text(), transport, limits=Limits(**limits))

    async def listen(
        self, query: str, *steps: Callable[[Any], Any], variables: Any = None, terms: Terms | None = None
    ) -> list[Any]:
        """What is answered until the end, with the errors of the end. `steps` are done when the press is asked."""
        terms = terms or Terms()
        prepared = self.engine.prepare(query, None, variables)
        answers: list[Any] = []
        async with asyncio.timeout(20), self.engine.subscriptions.open(prepared, terms) as inbox:
            if steps:
                listener = await self.press.listener()
                for step in steps:
                    step(listener)
            try:
                while event := await inbox.next(20):
                    answer = await self.engine.subscriptions.answer(prepared, event, terms)
                    answers.append(orjson.loads(answer.to_bytes()))
            except Ended as ended:
                answers.append(list(ended.errors))
        return answers


@pytest.fixture
def news() -> News:
    return News()


def tell(number: int) -> Callable[[Any], None]:
    return lambda listener: listener.tell(published={"ref": f"Article/{number}"})


def complete(listener: Any) -> None:
    listener.complete()


async def test_each_event_is_made_whole_and_they_come_in_order(news: News) -> None:
    answers = await news.listen(WHOLE, tell(0), tell(1), tell(0), complete)

    assert answers == [{"data": {"published": each}} for each in (RAIN, SUN, RAIN)] + [[]]


async def test_the_plan_shows_who_tells_and_who_completes(news: News) -> None:
    ready = await news.engine.plan(news.engine.prepare(WHOLE))

    assert plan_text(ready.plan) == (
        "1: Subscription(press) { published { headline author { id } id } }\n"
        "2 after 1: Flatten(published.author) <- people Author { id } => { name }\n"
        "3 after 1: Flatten(published) <- readers Article { id } => { reads }\n"
    )


async def test_fields_of_a_union_and_required_fields_are_completed_too(news: News) -> None:
    query = """subscription { spoken(loud: true) {
        __typename ... on Article { shout } ... on Retraction { why: reason article { author { name } } } } }"""

    answers = await news.listen(
        query,
        lambda listener: listener.tell(
            spoken={"__typename": "Retraction", "reason": "fog", "article": {"ref": "Article/1"}}
        ),
        lambda listener: listener.tell(spoken={"ref": "Article/0"}),
        complete,
    )

    assert answers == [
        {"data": {"spoken": {"__typename": "Retraction", "why": "fog", "article": {"author": {"name": "Sigrid"}}}}},
        {"data": {"spoken": {"__typename": "Article", "shout": "Rain!"}}},
        [],
    ]


async def test_variables_and_headers_reach_the_teller(news: News) -> None:
    query = "subscription ($desk: ID, $x: Boolean = true) { published(desk: $desk) { reads @include(if: $x) } }"
    terms = Terms(headers={"x-request-id": "r1"}, headers_for=lambda name: {"x-registry-context": f"for {name}"})

    await news.listen(query, complete, variables={"desk": "d1"}, terms=terms)

    (listener,) = news.press.listeners
    assert listener.question["variables"] == {"desk": "d1"}
    assert (listener.headers["x-request-id"], listener.headers["x-registry-context"]) == ("r1", "for press")


async def test_an_event_with_errors_does_not_end_the_subscription(news: News) -> None:
    answers = await news.listen(
        "subscription { published { headline reads } }",
        lambda listener: listener.tell(published="!!Torn."),
        tell(1),
        complete,
    )

    torn = {"message": "!Torn.", "path": ["published"], "extensions": {"code": "BROKEN", "service": "press"}}
    sun = {"data": {"published": {"headline": "Sun", "reads": 7}}}
    assert answers == [{"data": {"published": None}, "errors": [torn]}, sun, []]


async def test_a_service_that_cannot_complete_an_event_leaves_its_part_null(news: News) -> None:
    async def down(_: Any) -> tuple[int, bytes]:
        return 500, b""

    news.readers.answer = down

    (answer, end) = await news.listen(WHOLE, tell(0), complete)

    assert answer["data"] == {"published": {**RAIN, "reads": None}}
    assert [error["path"] for error in answer["errors"]] == [["published", "reads"]]
    assert end == []


async def test_removed_fields_are_not_fetched(news: News) -> None:
    prepared = news.engine.prepare(WHOLE)
    reads = frozenset(use.id for use in prepared.fields if use.field_name == "reads")
    refusal = {"message": "no", "path": ["published", "reads"], "extensions": {"code": "NO"}}

    answers = await news.listen(WHOLE, tell(0), complete, terms=Terms(removed=reads, errors=[refusal]))

    assert answers == [{"data": {"published": {**RAIN, "reads": None}}, "errors": [refusal]}, []]
    assert news.readers.bodies == []


async def test_the_subgraph_hears_when_nobody_listens_any_more(news: News) -> None:
    prepared = news.engine.prepare(WHOLE)
    async with news.engine.subscriptions.open(prepared, Terms()):
        listener = await news.press.listener()

    async with asyncio.timeout(20):
        await listener.gone.wait()


async def test_errors_that_end_a_subscription_are_told_with_their_service(news: News) -> None:
    async def refuse(read: Callable[[], Awaitable[Any]], say: Any) -> None:
        await read()
        await say("connection_ack")
        asked = await read()
        errors = [
            {"message": "Not yours.", "extensions": {"code": "DENIED", "stacktrace": ["7"]}},
            {"message": "line 7"},
        ]
        await say("error", id=asked["id"], payload=errors)

    news.press.speak = refuse

    assert await news.listen(WHOLE) == [
        [
            {"message": "Not yours.", "extensions": {"code": "DENIED", "service": "press"}},
            {
                "message": "The service could not answer because of an internal error.",
                "extensions": {"code": "INTERNAL", "service": "press"},
            },
        ]
    ]


async def _hang_up(read: Any, say: Any) -> None:
    await read()
    await say("connection_ack")
    await read()


async def _talk_nonsense(read: Any, say: Any) -> None:
    await _hang_up(read, say)
    await say("next", id="1", payload=[])
    await say("connection_ack", payload=float(1))


async def _never_accept(read: Any, _: Any) -> None:
    while await read() is not None:
        pass


async def _stay_away(_: Any, __: Any) -> None:
    raise RuntimeError("on purpose")


@pytest.mark.parametrize("speak", [_hang_up, _talk_nonsense, _never_accept, _stay_away])
async def test_a_teller_that_leaves_or_misbehaves_ends_the_subscription_with_an_error(speak: Any) -> None:
    news = News(fetch_seconds=0.2)
    news.press.speak = speak

    ((error,),) = await news.listen(WHOLE)

    assert error["extensions"] == {"code": "SERVICE_UNAVAILABLE", "service": "press"}


async def test_a_teller_that_is_not_there_ends_the_subscription_with_an_error(news: News) -> None:
    news.press.subgraph.answer = None
    news.engine = Engine((NEWS / "supergraph.graphql").read_text(), InProcessTransport({}))

    ((error,),) = await news.listen(WHOLE)

    assert error["extensions"]["code"] == "SERVICE_UNAVAILABLE"


async def test_who_does_not_take_events_is_cut_off_and_the_teller_with_them(news: News) -> None:
    prepared = news.engine.prepare("subscription { published { id } }")
    async with news.engine.subscriptions.open(prepared, Terms()) as inbox:
        listener = await news.press.listener()
        for _ in range(150):
            tell(0)(listener)
        async with asyncio.timeout(20):
            await listener.gone.wait()

        with pytest.raises(Ended) as ended:
            await inbox.next(20)

    assert ended.value.errors[0]["extensions"]["code"] == "LISTENER_TOO_SLOW"


async def test_few_but_large_events_are_bounded_by_their_size(news: News) -> None:
    prepared = news.engine.prepare("subscription { published { headline } }")
    async with news.engine.subscriptions.open(prepared, Terms()) as inbox:
        listener = await news.press.listener()
        for _ in range(4):
            listener.tell(published={"id": "a9", "headline": "x" * 400_000})
        async with asyncio.timeout(20):
            await listener.gone.wait()

        with pytest.raises(Ended) as ended:
            await inbox.next(20)

    assert ended.value.errors[0]["extensions"]["code"] == "LISTENER_TOO_SLOW"


async def test_nothing_comes_of_an_inbox_while_nothing_happens(news: News) -> None:
    prepared = news.engine.prepare(WHOLE)
    async with news.engine.subscriptions.open(prepared, Terms()) as inbox:
        await news.press.listener()

        assert await inbox.next(0.01) is None


async def test_a_subscription_cannot_be_executed_as_if_it_were_a_query(news: News) -> None:
    answer = await news.engine.execute(news.engine.prepare(WHOLE))

    assert (answer.data, [error["extensions"]["code"] for error in answer.errors]) == (None, ["PLANNING_FAILED"])


async def test_what_two_subgraphs_would_have_to_tell_together_is_refused() -> None:
    engine = Engine(TWO_TELLERS, InProcessTransport({}))

    with pytest.raises(PlanningError, match="one subgraph"):
        await engine.plan(engine.prepare("subscription { tick { a b } }"))
    assert (await engine.plan(engine.prepare("subscription { tick { a } }"))).source is not None
