import pytest

from chassis.errors import Invalid
from deploy.generated import difference
from deploy.permissions import PAGE
from services.access.domain.permissions import CATALOGUE, NAMES, catalogue_page, known


def test_the_page_of_permissions_is_current() -> None:
    assert difference(PAGE, catalogue_page()) == ""


def test_each_permission_is_there_once_with_its_meaning() -> None:
    assert len(NAMES) == len(CATALOGUE) == 15
    assert all(len(permission.description) > 20 for permission in CATALOGUE)


def test_known_names_come_sorted_and_once() -> None:
    assert known(["incident.view", "incident.add", "incident.view"], field=()) == ["incident.add", "incident.view"]


def test_unknown_names_are_refused_by_name() -> None:
    with pytest.raises(Invalid, match=r"incident\.fly") as refused:
        known(["incident.view", "incident.fly"], field=("permissions",))
    assert refused.value.field == ("permissions",)
