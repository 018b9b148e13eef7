"""Identifiers rise within a process, and have a form in JSON whatever class the driver gives them."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import orjson
import pytest

from chassis.identifiers import to_json, uuid7


def test_an_identifier_is_a_uuid_of_version_7() -> None:
    made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_identifiers_rise_also_within_one_millisecond() -> None:
    made = [uuid7() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == 10_000


def test_threads_make_different_ones() -> None:
    with ThreadPoolExecutor(4) as threads:
        made = [one for some in threads.map(lambda _: [uuid7() for _ in range(1000)], range(8)) for one in some]
    assert len(set(made)) == 8000


def test_the_drivers_own_class_of_identifiers_is_written_as_text() -> None:
    class DriversUuid(UUID):
        """As asyncpg's."""

    made = DriversUuid(int=7)
    assert orjson.loads(orjson.dumps([made], default=to_json)) == ["00000000-0000-0000-0000-000000000007"]


def test_what_has_no_form_in_json_is_an_error() -> None:
    with pytest.raises(TypeError):
        orjson.dumps(object(), default=to_json)
