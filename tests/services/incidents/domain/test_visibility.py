"""Who is a member of a restricted incident, and who stays one."""

from uuid import uuid4

import pytest

from chassis.errors import Invalid
from services.incidents.domain.visibility import MOST_MEMBERS, first_members, with_members, without_members

ADA, BOB, EVE = uuid4(), uuid4(), uuid4()


def test_who_restricts_and_who_works_it_are_members_before_those_named() -> None:
    assert first_members([EVE, ADA, EVE], by=ADA, responsible=BOB) == [ADA, BOB, EVE]
    assert first_members([], by=ADA, responsible=None) == [ADA]


def test_members_come_once_and_at_the_end() -> None:
    assert with_members([ADA], [BOB, ADA, EVE, BOB], field="members") == [ADA, BOB, EVE]


def test_too_many_members_are_refused_naming_the_field() -> None:
    with pytest.raises(Invalid) as refusal:
        with_members([ADA], [uuid4() for _ in range(MOST_MEMBERS)], field="add_members")

    assert refusal.value.field == ("add_members",)
    assert len(with_members([ADA], [uuid4() for _ in range(MOST_MEMBERS - 1)], field="members")) == MOST_MEMBERS


def test_who_goes_is_out_and_who_was_no_member_changes_nothing() -> None:
    assert without_members([ADA, BOB, EVE], {BOB, uuid4()}, responsible=None, by=ADA) == [ADA, EVE]
    assert without_members([ADA], {BOB}, responsible=BOB, by=None) == [ADA]


def test_who_sees_it_anyway_may_go() -> None:
    assert without_members([ADA, BOB], {ADA}, responsible=None, by=None) == [BOB]


@pytest.mark.parametrize(
    ("members", "gone", "responsible"),
    [([ADA, BOB], {ADA}, None), ([ADA, BOB], {BOB}, BOB), ([BOB], {BOB}, None)],
    ids=["oneself", "the responsible person", "the last one"],
)
def test_nobody_is_shut_out_who_has_to_stay(members: list[object], gone: set[object], responsible: object) -> None:
    with pytest.raises(Invalid) as refusal:
        without_members(members, gone, responsible=responsible, by=ADA)  # type: ignore[arg-type]  # ids

    assert refusal.value.field == ("remove_members",)
