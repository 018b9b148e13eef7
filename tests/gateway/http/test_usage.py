"""Counting what is asked, in bounded room."""

from gateway.http.usage import Usage, Use

NOTHING: frozenset[int] = frozenset()


def use(query: str, decided: tuple[bool, ...] = (), removed: frozenset[int] = NOTHING) -> Use:
    return Use(query, None, decided, removed)


def test_the_most_used_comes_first() -> None:
    usage = Usage()
    for query in "abbcbc":
        usage.note(use(query))

    assert [each.query for each in usage.most_used()] == ["b", "c", "a"]


def test_what_needs_a_plan_of_its_own_is_counted_by_itself() -> None:
    usage = Usage()
    different = [use("a", (True,)), use("a", (False,)), use("a", (True,), frozenset({1}))]
    for each in (*different, *different):
        usage.note(each)

    assert usage.most_used() == different


def test_what_is_asked_much_outlives_many_that_are_asked_once() -> None:
    usage = Usage(remembered=10)
    for _ in range(5):
        usage.note(use("often"))
    for number in range(1_000):
        usage.note(use(f"once {number}"))
        if number % 3 == 0:
            usage.note(use("often"))

    assert usage.most_used()[0] == use("often")
    assert len(usage.most_used()) <= 10


def test_what_is_asked_now_overtakes_what_was_asked_long_ago() -> None:
    usage = Usage(remembered=10)
    for _ in range(64):
        usage.note(use("before"))
    for number in range(100):
        usage.note(use(f"once {number}"))
        usage.note(use("now"))

    assert usage.most_used()[0] == use("now")


def test_a_giant_document_takes_no_room() -> None:
    usage = Usage()
    usage.note(use(" " * 20_001))

    assert usage.most_used() == []
