import pytest

from gateway.planner import PlanningError
from gateway.planner.proofs import Proofs


def test_a_goal_within_its_own_proof_is_not_proven() -> None:
    proofs = Proofs(10)

    def circular() -> bool:
        return proofs.prove("a", "a", circular)

    assert proofs.prove("a", "a", circular) is False


def test_what_failed_only_for_a_circle_is_tried_again_outside_it() -> None:
    proofs = Proofs(10)

    def needs_b() -> bool:
        return proofs.prove("b", "b", needs_a) or True

    def needs_a() -> bool:
        return proofs.prove("a", "a", needs_b)

    assert proofs.prove("a", "a", needs_b) is True
    assert proofs.prove("b", "b", needs_a) is True


def test_a_proven_goal_is_not_tried_again() -> None:
    proofs = Proofs(1)

    assert proofs.prove("a", "a", lambda: True)
    assert proofs.prove("a", "a", lambda: False)


def test_a_refuted_goal_is_not_tried_again() -> None:
    proofs = Proofs(1)

    assert not proofs.prove("a", "a", lambda: False)
    assert not proofs.prove("a", "a", lambda: True)


def test_the_budget_bounds_what_is_tried() -> None:
    proofs = Proofs(2)
    proofs.prove("a", "a", lambda: True)
    proofs.prove("b", "b", lambda: True)

    with pytest.raises(PlanningError, match="too complex"):
        proofs.prove("c", "c", lambda: True)
