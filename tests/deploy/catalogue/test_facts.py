"""What is told inside is public or is not: there is no third way."""

import pytest

from deploy.catalogue.errors import CatalogueError
from deploy.catalogue.facts import check_decided, facts
from services.directories.domain.guide_events import GuidePublished
from services.files.domain.events import FileFact, FileUploaded
from services.incidents.domain.events import IncidentRegistered
from services.notifications.domain.public_events import INTERNAL, PUBLIC


def test_facts_are_found_in_every_module_of_a_domain_by_their_service() -> None:
    known = facts()

    assert known["incidents", "incident.registered.v1"] is IncidentRegistered
    assert known["directories", "guide.published.v1"] is GuidePublished
    assert known["files", "file.uploaded.v1"] is FileUploaded
    assert FileFact not in known.values()


def test_every_fact_is_public_or_internal() -> None:
    known = facts()

    check_decided(known)
    assert set(known) == {*PUBLIC} | {place for place in known if place[1] in INTERNAL}
    assert {kind for _, kind in known} >= INTERNAL


def test_a_fact_of_which_nobody_has_decided_is_named() -> None:
    with pytest.raises(CatalogueError, match=r"user\.sneezed\.v1: name them in services/notifications/domain/public"):
        check_decided({**facts(), ("access", "user.sneezed.v1"): IncidentRegistered})


def test_the_same_type_of_another_service_is_not_decided_either() -> None:
    with pytest.raises(CatalogueError, match=r"incident\.registered\.v1: name them"):
        check_decided({**facts(), ("access", "incident.registered.v1"): IncidentRegistered})


def test_a_public_event_that_no_service_tells_is_named() -> None:
    known = {place: fact for place, fact in facts().items() if fact is not IncidentRegistered}

    with pytest.raises(CatalogueError, match=r"incident\.registered\.v1 of incidents: no service tells them"):
        check_decided(known)


def test_an_event_cannot_be_public_and_internal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.catalogue.facts.INTERNAL", {*INTERNAL, "incident.registered.v1"})

    with pytest.raises(CatalogueError, match=r"incident\.registered\.v1: they are both"):
        check_decided(facts())
