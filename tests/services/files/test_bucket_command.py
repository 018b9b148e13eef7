"""`python -m services.files bucket`, as whoever installs the registry calls it."""

import json
import os
import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest

from tests.support.commands import ROOT, run
from tests.support.object_stores import ORIGIN


@pytest.fixture
def environment(store_settings: dict[str, Any]) -> dict[str, str]:
    given = {f"FILES_{name.upper()}": value for name, value in store_settings.items()}
    return {**given, "FILES_S3_BUCKET": f"trial-{uuid4().hex}", "FILES_ALLOWED_ORIGINS": json.dumps([ORIGIN])}


async def test_it_needs_the_store_alone_and_may_be_run_again(environment: dict[str, str]) -> None:
    """Also with the other settings of the service around, of which it reads none."""
    first = await run("files", "bucket", environment)
    again = await run("files", "bucket", {**environment, "FILES_DATABASE_URL": "whatever"})

    name = environment["FILES_S3_BUCKET"]
    assert (first[0], first[2], again[0], again[2]) == (0, "", 0, "")
    assert first[1].splitlines() == [
        f"ok       the bucket {name} is made",
        f"ok       pages of {ORIGIN} may send and fetch",
        "ok       versions are kept",
        "ok       unfinished uploads are forgotten after 2 days",
        "ok       versions are forgotten 30 days after they were replaced or deleted",
    ]
    assert again[1].splitlines()[0] == f"ok       the bucket {name} was there"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"FILES_S3_SECRET_KEY": "wrong"}, "is not for this key: correct FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY"),
        ({"FILES_S3_BUKET": "files"}, "is FILES_S3_BUCKET meant?"),
    ],
)
async def test_what_is_wrong_is_told_in_one_line(
    environment: dict[str, str], change: dict[str, str], told: str
) -> None:
    code, output, complaint = await run("files", "bucket", environment | change)

    assert (code, output, len(complaint.splitlines())) == (2, "", 1)
    assert complaint.startswith("files bucket: ")
    assert told in complaint


def test_what_serves_and_works_does_not_load_its_library() -> None:
    words = "import sys, services.files.__main__; sys.exit('minio' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", words], cwd=ROOT, env=dict(os.environ), check=False).returncode == 0
