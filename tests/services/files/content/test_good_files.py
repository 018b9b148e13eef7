"""Good files of every kind come through without a finding, under the type that their extension has."""

import io

import pytest

from services.files.domain.content.findings import Inspection
from services.files.domain.content.inspecting import inspect_file
from services.files.domain.content.kinds import BY_EXTENSION, KINDS
from services.files.domain.names import extension
from tests.support.files.good import GOOD
from tests.support.files.samples import fixed


@pytest.mark.parametrize("name", GOOD)
def test_twenty_good_files_of_each_kind_are_clean(name: str) -> None:
    expected = BY_EXTENSION[extension(name)].media_type

    for seed in range(20):
        found = inspect_file(io.BytesIO(GOOD[name](fixed(seed))), name, expected)

        assert (seed, found) == (seed, Inspection(expected))


def test_no_kind_is_forgotten() -> None:
    made = {BY_EXTENSION[extension(name)].media_type for name in GOOD}

    assert made == {kind.media_type for kind in KINDS}
