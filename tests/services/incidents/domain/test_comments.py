"""What may be said, and who may take it back."""

import pytest

from chassis.errors import Invalid
from chassis.identifiers import uuid7
from services.incidents.domain import comments

ADA, BOB = uuid7(), uuid7()


@pytest.mark.parametrize("said", ["x", "  Indented\n\n> quoted\n", "я" * 20_000])
def test_a_comment_is_kept_as_written(said: str) -> None:
    assert comments.body(said) == said


@pytest.mark.parametrize("said", ["", " \n\t", "x" * 20_001, "a\x00b"])
def test_what_is_no_comment_is_refused(said: str) -> None:
    with pytest.raises(Invalid) as refused:
        comments.body(said)
    assert refused.value.field == ("body",)


def test_persons_are_mentioned_once_each() -> None:
    assert comments.mentions([BOB, ADA, BOB]) == [BOB, ADA]


def test_fifty_persons_are_mentioned_at_most() -> None:
    assert len(comments.mentions([uuid7() for _ in range(50)])) == 50
    with pytest.raises(Invalid):
        comments.mentions([uuid7() for _ in range(51)])


def test_only_the_author_edits() -> None:
    comments.require_author(ADA, ADA)
    with pytest.raises(Invalid):
        comments.require_author(ADA, BOB)


def test_taking_back_what_another_said_takes_the_right_to_delete() -> None:
    assert comments.right_to_take_back(ADA, ADA) == "incident.edit"
    assert comments.right_to_take_back(ADA, BOB) == "incident.delete"
