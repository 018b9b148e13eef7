"""Each service's file of its listeners has what the others ask for, no more and no less."""

from pathlib import Path

from chassis.broker import Sharing
from chassis.listeners import read_listeners
from deploy.listeners import listeners
from deploy.local.services import SERVICES


def test_every_service_has_a_file_at_the_place_where_it_looks(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    assert {root / file for file in listeners()} == {service.listeners for service in SERVICES}


def test_the_files_of_all_name_every_listener_of_each(tmp_path: Path) -> None:
    known = {
        (each.source, each.group) for service in SERVICES for each in read_listeners(service.listeners, service.name)
    }
    assert known == {
        ("access", "incidents"), ("directories", "incidents"), ("files", "incidents"),
        ("access", "files"), ("directories", "files"), ("incidents", "files"),
        *((service.name, "notifications") for service in SERVICES),
    }  # fmt: skip


def test_processes_of_a_service_share_its_events() -> None:
    shared = [each.sharing for service in SERVICES for each in read_listeners(service.listeners, service.name)]
    assert set(shared) == {Sharing.SPREAD}
