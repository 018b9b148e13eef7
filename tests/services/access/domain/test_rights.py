from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from chassis.access import EVERY_COMPANY, NOWHERE, Companies
from services.access.domain.rights import Grant, covers, first_beyond, first_lacking, rights
from tests.support.services import user

A, B, C = (uuid4() for _ in range(3))
PLACES = st.one_of(st.just(EVERY_COMPANY), st.frozensets(st.sampled_from([A, B, C])))
GRANTS = st.lists(st.builds(Grant, st.frozensets(st.sampled_from(["view", "add", "edit"])), PLACES), max_size=5)


def test_a_permission_holds_in_the_companies_of_all_groups_that_carry_it() -> None:
    scope = rights([Grant(frozenset({"view", "add"}), frozenset({A})), Grant(frozenset({"view"}), frozenset({B}))])
    assert scope.companies("view") == frozenset({A, B})
    assert scope.companies("add") == frozenset({A})
    assert scope.companies("edit") == NOWHERE


def test_every_company_swallows_the_listed_ones() -> None:
    scope = rights([Grant(frozenset({"view"}), frozenset({A})), Grant(frozenset({"view"}), EVERY_COMPANY)])
    assert scope.companies("view") is EVERY_COMPANY


def test_groups_that_reach_no_company_give_nothing() -> None:
    assert rights([Grant(frozenset({"view"}), frozenset())]).permissions == {}


@given(GRANTS, PLACES)
def test_another_group_never_takes_a_right_away(grants: list[Grant], companies: Companies) -> None:
    fewer, more = rights(grants), rights([*grants, Grant(frozenset({"view"}), companies)])
    assert all(covers(more.companies(name), held) for name, held in fewer.permissions.items())
    assert covers(more.companies("view"), companies)


@given(GRANTS)
def test_nobody_reaches_beyond_themselves(grants: list[Grant]) -> None:
    scope = rights(grants)
    assert first_beyond(user(scope.permissions), scope) is None


def test_listed_companies_never_cover_every_company() -> None:
    assert not covers(frozenset({A, B, C}), EVERY_COMPANY)


def test_what_is_lacking_in_one_of_the_companies_is_named() -> None:
    giver = user({"view": [A, B], "add": [A]})
    assert first_lacking(giver, ["view", "add"], frozenset({A})) is None
    assert first_lacking(giver, ["view", "add"], frozenset({A, B})) == "add"
    assert first_lacking(giver, ["edit"], frozenset({A})) == "edit"
