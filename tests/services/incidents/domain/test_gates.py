"""What an incident has to tell before it goes on."""

from itertools import product
from typing import Any

import pytest

from services.incidents.domain.details import RULES
from services.incidents.domain.gates import (
    ABOUT_PARTS,
    USUAL,
    Demand,
    Incomplete,
    Missing,
    completeness,
    fields_of,
    gates_between,
    met,
    missing,
    with_own,
)
from services.incidents.domain.lifecycle import FINAL, StatusCategory
from services.incidents.persistence.rows import IncidentRow

NEW, TRIAGE, ACTIVE, RESOLVED, REVIEW, CLOSED, DECLINED, MERGED = StatusCategory
WAY = (NEW, TRIAGE, ACTIVE, RESOLVED, REVIEW, CLOSED)
NOTHING: dict[str, Any] = {}


def lacking(before: StatusCategory, after: StatusCategory, told: dict[str, Any]) -> list[Demand]:
    return [each.demand for each in missing(before, after, USUAL, told.get)]


def test_who_skips_categories_passes_their_gates_as_well() -> None:
    for before, after in product(WAY, WAY):
        assert gates_between(before, after) == WAY[WAY.index(before) + 1 : WAY.index(after) + 1]
    assert lacking(NEW, CLOSED, NOTHING) == [
        *(lacking(NEW, ACTIVE, NOTHING) + lacking(ACTIVE, RESOLVED, NOTHING) + lacking(RESOLVED, CLOSED, NOTHING))
    ]


def test_nothing_stands_in_the_way_back_nor_before_declining() -> None:
    for before in StatusCategory:
        for after in (NEW, DECLINED, MERGED):
            assert lacking(before, after, NOTHING) == []
    assert lacking(CLOSED, ACTIVE, NOTHING) == []


def test_what_was_declined_begins_anew() -> None:
    for before in FINAL - {CLOSED}:
        assert lacking(before, ACTIVE, NOTHING) == lacking(NEW, ACTIVE, NOTHING) != []


def test_declining_has_a_gate_where_a_company_wants_one() -> None:
    own = with_own({DECLINED: [Demand.OUTCOME], CLOSED: []})

    assert missing(NEW, DECLINED, own, NOTHING.get) == [Missing(Demand.OUTCOME, DECLINED)]
    assert missing(MERGED, MERGED, own, NOTHING.get) == []
    assert missing(RESOLVED, CLOSED, own, NOTHING.get) == []
    assert own[ACTIVE] == USUAL[ACTIVE]


def test_a_reason_serves_in_place_of_measures() -> None:
    assert met(Demand.PREVENTIVE_MEASURES, {"no_measures_reason": "It was practice"}.get)
    assert not met(Demand.PREVENTIVE_MEASURES, NOTHING.get)


@pytest.mark.parametrize(
    ("field", "value", "tells"),
    [("personal_data", False, True), ("personal_data", None, False), ("impact_areas", [], False)],
)
def test_no_is_an_answer_and_an_empty_list_is_none(field: str, value: object, *, tells: bool) -> None:
    assert met(Demand(field.upper()), {field: value}.get) is tells


def test_a_demand_of_several_gates_is_told_once_at_the_first() -> None:
    own = with_own({TRIAGE: [Demand.IMPACT], CLOSED: [Demand.IMPACT]})

    found = [each for each in missing(NEW, CLOSED, own, NOTHING.get) if each.demand is Demand.IMPACT]
    assert found == [Missing(Demand.IMPACT, TRIAGE)]


def test_completeness_goes_from_nothing_to_a_hundred() -> None:
    demanded = [demand for demands in USUAL.values() for demand in demands]
    told: dict[str, Any] = {}
    found = [completeness(USUAL, told.get)]
    for demand in demanded:
        told[fields_of(demand)[0]] = "told"
        found.append(completeness(USUAL, told.get))

    assert (found[0], found[-1]) == (0, 100)
    assert found == sorted(set(found))
    assert completeness(with_own(dict.fromkeys(USUAL, ())), NOTHING.get) == 100


def test_every_demand_is_met_by_fields_that_there_are() -> None:
    columns = set(IncidentRow.__table__.c.keys())

    own = [demand for demand in Demand if demand not in ABOUT_PARTS]
    assert {field for demand in own for field in fields_of(demand)} <= columns
    texts = {field for demand in own for field in fields_of(demand) if not field.endswith("_id")}
    assert texts <= set(RULES)


def test_the_refusal_tells_each_way_out() -> None:
    refused = Incomplete(missing(RESOLVED, CLOSED, USUAL, NOTHING.get))

    assert [reason.field for reason in refused.reasons] == [
        ("department_id",), ("impact",), ("outcome",), ("preventive_measures",), ("tasks",),
    ]  # fmt: skip
    assert "preventiveMeasures or noMeasuresReason" in refused.reasons[-2].message
    assert "editIncidentTask" in refused.reasons[-1].message
    assert (refused.message, refused.field) == (refused.reasons[0].message, refused.reasons[0].field)
