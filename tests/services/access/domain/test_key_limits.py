from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.access import EVERY_COMPANY, Scope
from services.access.domain.key_limits import NO_LIMITS, KeyLimits
from services.access.domain.rights import covers

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
COMPANIES = st.frozensets(st.sampled_from([ONE, TWO, THREE]))
NAMES = st.frozensets(st.sampled_from(["incident.view", "incident.edit", "access.manage"]))
LIMITS = st.builds(KeyLimits, st.none() | NAMES, st.none() | COMPANIES)
SCOPES = st.builds(
    Scope, st.dictionaries(st.sampled_from(["incident.view", "incident.edit"]), st.just(EVERY_COMPANY) | COMPANIES)
)


def test_a_key_without_limits_has_all_rights_of_its_user() -> None:
    scope = Scope({"incident.view": EVERY_COMPANY, "incident.edit": frozenset({ONE})})
    assert NO_LIMITS.applied(scope) == scope


def test_a_limited_key_has_the_rights_that_are_within_its_limits() -> None:
    limits = KeyLimits.of(["incident.view", "incident.close"], [ONE, TWO])
    scope = Scope(
        {"incident.view": EVERY_COMPANY, "incident.edit": frozenset({ONE}), "incident.close": frozenset({THREE})}
    )
    assert limits.applied(scope) == Scope({"incident.view": frozenset({ONE, TWO})})


@given(LIMITS, LIMITS, SCOPES)
def test_narrower_limits_never_leave_more(one: KeyLimits, other: KeyLimits, scope: Scope) -> None:
    narrow, wide = one.applied(scope), other.applied(scope)
    if one.within(other):
        assert all(covers(wide.companies(name), narrow.companies(name)) for name in narrow.permissions)


@pytest.mark.parametrize(
    ("narrow", "wide", "within"),
    [
        (NO_LIMITS, NO_LIMITS, True),
        (KeyLimits.of(["incident.view"], None), NO_LIMITS, True),
        (NO_LIMITS, KeyLimits.of(["incident.view"], None), False),
        (NO_LIMITS, KeyLimits.of(None, [ONE]), False),
        (KeyLimits.of(None, [ONE]), KeyLimits.of(None, [ONE, TWO]), True),
        (KeyLimits.of(None, [ONE, THREE]), KeyLimits.of(None, [ONE, TWO]), False),
    ],
)
def test_limits_are_compared(narrow: KeyLimits, wide: KeyLimits, within: bool) -> None:
    assert narrow.within(wide) is within
