import pytest

from deploy.access_matrix import UntoldRightsError, page
from deploy.composition import SUPERGRAPH
from gateway.supergraph import read_supergraph

TEXT = SUPERGRAPH.read_text(encoding="utf-8")


def test_it_tells_who_may_what_in_every_way_into_the_graph() -> None:
    rows = page(read_supergraph(TEXT)).splitlines()

    assert (
        "| `incidents` | `incident.view` somewhere, and in each company of `filter.companyIds` | "
        "`incident.view` in the company of each; restricted: members or `incident.view_restricted` |"
    ) in rows
    assert "| `me` | signing in | everybody for themselves |" in rows
    assert (
        "| `createDirectoryEntry` | `directory.manage` somewhere | "
        "`directory.manage` in every company; for entries of one company, in that company |"
    ) in rows
    assert "| `User.email` | signing in | the user, and who holds `access.manage` where the user works |" in rows


def test_a_way_that_does_not_say_who_may_take_it_is_refused() -> None:
    silent = TEXT.replace("Rights: everybody for themselves.", "", 1)
    assert silent != TEXT

    with pytest.raises(UntoldRightsError, match=r"Query\.me: its description must say who may"):
        page(read_supergraph(silent))
