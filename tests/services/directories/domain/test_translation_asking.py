"""What is asked piece by piece, and what its answers come to."""

from collections.abc import Mapping

from services.directories.domain.translation_asking import Answers, Outcome, Pieces

LONG = "\n\n".join(f"## Part {number}\n\n{'word ' * 500}".strip() for number in range(6))


def pieces_of(*texts: Mapping[str, str]) -> Pieces:
    return Pieces.of(dict(enumerate(texts)))


def ask_all(answers: Answers, pieces: Pieces, spoilt: str = "no such piece") -> tuple[list[int], dict[int, Outcome]]:
    """How many characters each request had, and the outcomes; what has `spoilt` in it comes back empty."""
    sizes = []
    while asked := answers.open(pieces, 6_000):
        sizes.append(sum(map(len, asked.values())))
        answers.learn(asked, {id: "" if spoilt in text else text.upper() for id, text in asked.items()})
    return sizes, answers.outcomes(pieces)


def test_a_long_text_takes_several_requests_of_a_bounded_size() -> None:
    pieces = pieces_of({"title": "Long", "text": LONG})

    sizes, outcomes = ask_all(Answers(), pieces)

    assert len(sizes) == 3
    assert max(sizes) <= 6_000
    assert outcomes == {0: {"title": "LONG", "text": LONG.upper()}}


def test_only_the_bad_pieces_are_asked_for_again() -> None:
    answers, pieces = Answers(), pieces_of({"title": "Long", "text": LONG})

    _, first = ask_all(answers, pieces, "Part 3")
    sizes, second = ask_all(answers, pieces)

    assert first == {0: "text: the translation is empty"}
    assert sum(sizes) < 3_000
    assert second == {0: {"title": "LONG", "text": LONG.upper()}}


def test_one_owner_s_bad_text_is_not_another_s() -> None:
    _, outcomes = ask_all(Answers(), pieces_of({"name": "low"}, {"name": "high"}), "low")

    assert outcomes == {0: "name: the translation is empty", 1: {"name": "HIGH"}}


def test_a_part_that_is_too_large_and_cannot_be_divided_is_never_asked_for() -> None:
    pieces = pieces_of({"title": "Long", "text": "word " * 2_000})

    sizes, outcomes = ask_all(Answers(), pieces)

    assert sizes == [4]
    assert outcomes == {0: "text: a part without a place to divide it has more than 8000 characters"}


def test_pieces_that_are_good_alone_and_break_the_whole_are_not_taken() -> None:
    """A reference is a link only where its definition is: in another piece it looks like words in brackets."""
    text = "See [the guide][guide].\n\n" + "word " * 900 + "\n\n[guide]: /guide/x"
    answers, pieces = Answers(), pieces_of({"title": "T", "text": text})

    while asked := answers.open(pieces, 6_000):
        answers.learn(
            asked, {id: each.replace("[the guide][guide]", "[der Leitfaden][x]") for id, each in asked.items()}
        )
    outcomes = answers.outcomes(pieces)

    assert outcomes == {0: "text: other links or code than the source"}
    assert answers.open(pieces, 100_000) != {}
