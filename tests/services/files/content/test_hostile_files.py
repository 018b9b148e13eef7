"""Hostile files: each ends as intended."""

import io
from pathlib import Path

import pytest

from services.files.domain.content.findings import Code
from services.files.domain.content.inspecting import inspect_file
from services.files.domain.content.kinds import BY_EXTENSION
from tests.support.files.hostile.every import HOSTILE
from tests.support.files.packing import zipped
from tests.support.files.samples import Sample

MANUAL = Path(__file__).parents[4] / "docs" / "file-content.md"


@pytest.mark.parametrize("sample", HOSTILE, ids=lambda sample: f"{sample.title} ({sample.name!a})")
def test_what_is_wrong_with_it_is_found(sample: Sample) -> None:
    found = inspect_file(io.BytesIO(sample.content), sample.name, sample.declared)

    assert sample.code in {finding.code for finding in found.findings}, found


def test_there_is_a_sample_for_every_code_that_a_look_can_find() -> None:
    by_the_process = {Code.TOO_COSTLY}  # see the tests of the limited process

    assert {sample.code for sample in HOSTILE} == set(Code) - by_the_process


def test_no_finding_tells_anything_of_the_content() -> None:
    for sample in HOSTILE:
        found = inspect_file(io.BytesIO(sample.content), sample.name, sample.declared)
        for finding in found.findings:
            assert not {"secret", "evil.example", "alert", "calc"} & set(finding.detail.replace("'", " ").split())
            assert len(finding.detail) < 200


def test_a_folder_of_an_archive_holds_nothing_itself() -> None:
    found = inspect_file(io.BytesIO(zipped({"a/": b"secret"})), "a.zip", "")

    assert {finding.code for finding in found.findings} == {Code.HIDDEN_DATA}


def test_filling_without_end_takes_no_time() -> None:
    found = inspect_file(io.BytesIO(b"\xff\xd8" + b"\xff" * 30_000_000), "a.jpg", "")

    assert Code.MALFORMED in {finding.code for finding in found.findings}


def test_the_manual_names_every_code_and_every_extension() -> None:
    text = MANUAL.read_text()

    assert [code for code in Code if f"`{code}`" not in text] == []
    assert [extension for extension in BY_EXTENSION if f"`{extension}`" not in text] == []
