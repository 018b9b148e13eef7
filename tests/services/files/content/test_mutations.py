"""Files that chance has altered: the look at them ends, and no page comes through as an image."""

import io
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.files.adapters.confinement import Limits
from services.files.domain.content import kinds
from services.files.domain.content.findings import Code
from services.files.domain.content.inspecting import inspect_file
from tests.support.files.good import GOOD
from tests.support.files.hostile.every import HOSTILE
from tests.support.files.samples import fixed

_CODES = set(Code)
_SEEDS = {(name, seed): GOOD[name](fixed(seed)) for name in GOOD for seed in range(2)}
_BASES = [(name, data) for (name, _), data in _SEEDS.items()]
_BASES += [(sample.name, sample.content) for sample in HOSTILE if len(sample.content) < 50_000]
_PAGES = (
    b"<script>alert(1)</script>",
    b"<!DOCTYPE html><html><body onload=alert(1)></html>",
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>',
    b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
    b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#x"?><x/>',
)
_FLASH = b"CWS\x0a" + bytes(60)  # runs only where it stands at the beginning
_NAMES = st.sampled_from(sorted(GOOD))


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, bytes]:
    name, content = draw(st.sampled_from(_BASES))
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        piece = draw(st.binary(max_size=8) | st.sampled_from([b"\xff\xff\xff\xff", bytes(8), b"\x7f\xff\xff\xff"]))
        kind = draw(st.sampled_from(["replace", "insert", "cut", "double"]))
        if kind == "replace":
            data[at : at + len(piece)] = piece
        elif kind == "insert":
            data[at:at] = piece
        elif kind == "cut":
            del data[at : at + draw(st.integers(1, 200))]
        else:
            data[at:at] = data[at : at + draw(st.integers(1, 500))]
    return name, bytes(data)


@settings(max_examples=1500, deadline=None)
@given(mutations(), _NAMES)
def test_the_look_at_an_altered_file_ends_with_findings_or_without(altered: tuple[str, bytes], other: str) -> None:
    name, data = altered
    for called in (name, other):
        begun = time.process_time()
        found = inspect_file(io.BytesIO(data), called, "")
        assert time.process_time() - begun < Limits().processor / 10

        assert {finding.code for finding in found.findings} <= _CODES
        assert found.findings or found.detected_type in kinds.BY_TYPE


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=400), _NAMES)
def test_the_look_at_any_bytes_ends(data: bytes, name: str) -> None:
    found = inspect_file(io.BytesIO(data), name, "")

    assert found.findings or found.detected_type in kinds.BY_TYPE


@settings(max_examples=600, deadline=None)
@given(st.sampled_from([(name, data) for (name, _), data in _SEEDS.items()]), st.sampled_from(_PAGES), st.floats(0, 1))
@example(("a.jpg", _SEEDS["a.jpg", 0]), _PAGES[0], 0.9)
@example(("a.jpg", _SEEDS["a.jpg", 0]), _PAGES[-1], 0.9)
def test_no_image_with_a_page_in_it_comes_through(good: tuple[str, bytes], page: bytes, place: float) -> None:
    name, data = good
    at = int(place * len(data))

    found = inspect_file(io.BytesIO(data[:at] + page + data[at:]), name, "")

    assert found.findings or found.detected_type not in kinds.IMAGES


@pytest.mark.parametrize("content", [*_PAGES, _FLASH, b"alert(1)"])
@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.media_type)
def test_what_browsers_run_is_let_in_under_no_name_but_that_of_a_text(content: bytes, kind: kinds.Kind) -> None:
    for extension in kind.extensions:
        for before in (b"", b"\n ", b"\xef\xbb\xbf"):
            found = inspect_file(io.BytesIO(before + content), f"a.{extension}", "")

            script = content == b"alert(1)" and found.detected_type.startswith("text/")
            assert found.findings or script
            assert found.detected_type not in {"text/html", "image/svg+xml"} or found.findings
